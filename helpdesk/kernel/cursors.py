"""A place in a list as opaque text: what we did not write ourselves, for this list, is no cursor."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.signing import BadSignature, Signer

# Longer than any cursor of ours: nobody makes us read more.
LONGEST_CURSOR = 4000


class BadCursorError(ValueError):
    """The text is no cursor of this list."""


def write_cursor(values: Sequence[object], *, of: str) -> str:
    """Return these values as a cursor of the list that is called so."""
    packed = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return _signer(of).sign_object(packed)


def read_cursor(cursor: str, *, of: str) -> list[Any]:
    """Return the values that were written; a moment comes back as text, which the database takes too."""
    if len(cursor) > LONGEST_CURSOR:
        raise BadCursorError
    try:
        values: list[Any] = _signer(of).unsign_object(cursor)
    except (BadSignature, ValueError) as error:
        raise BadCursorError from error
    return values


def _signer(of: str) -> Signer:
    # A dot needs no escaping in an address.
    return Signer(salt=f"aanspreekpunt.cursor.{of}", sep=".")
