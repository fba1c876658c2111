"""Pages of lists that are short or ordered by rank: the cursor says how many came before."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model, QuerySet

from helpdesk.kernel.keyset import BadCursorError

Item = TypeVar("Item")
Row = TypeVar("Row", bound=Model)
_MOST = 1_000_000
_LONGEST = 20


def start_of(cursor: str) -> int:
    """Return how many came before the page of this cursor."""
    return _read(cursor)


def cursor_at(start: int) -> str:
    return _write(start)


def slice_of(items: Sequence[Item], *, cursor: str, limit: int) -> tuple[list[Item], str]:
    """Return a page of items and the cursor of the next, "" after the last."""
    start = _read(cursor)
    found = list(items[start : start + limit + 1])
    return found[:limit], _write(start + limit) if len(found) > limit else ""


def rows_of(rows: QuerySet[Row], *, cursor: str, limit: int) -> tuple[list[Row], str]:
    """Return a page of rows in their own order, in one query."""
    start = _read(cursor)
    found = list(rows[start : start + limit + 1])
    return found[:limit], _write(start + limit) if len(found) > limit else ""


def _write(start: int) -> str:
    return base64.urlsafe_b64encode(str(start).encode()).decode().rstrip("=")


def _read(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        padded = cursor[:_LONGEST].encode() + b"=" * (-len(cursor[:_LONGEST]) % 4)
        start = int(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as error:
        raise BadCursorError from error
    if not 0 <= start <= _MOST:
        raise BadCursorError
    return start
