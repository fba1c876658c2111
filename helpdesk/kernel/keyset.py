"""Pages of a list by "what comes after this row": as quick on page 1000 as on page 1, and steady while rows move."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
# Longer than any cursor of ours: nobody makes us parse more.
LONGEST_CURSOR = 300
LARGEST_NUMBER = 2**63 - 1


class BadCursorError(ValueError):
    """The text is no cursor of this list."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows of one page; `next_cursor` is empty on the last, `previous_cursor` on the first."""

    rows: list[Row]
    next_cursor: str
    previous_cursor: str


def page_of(rows: QuerySet[Row], *, order: Sequence[str], limit: int, cursor: str = "") -> Page[Row]:
    """Return a page in `order` (column names, "-" for descending, unique together) in one query."""
    backwards, values = _read(cursor, order) if cursor else (False, None)
    direction = [_flip(column) for column in order] if backwards else list(order)
    if values is not None:
        rows = rows.filter(_after(direction, values))
    found = list(rows.order_by(*direction)[: limit + 1])
    has_more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    return Page(
        rows=found,
        next_cursor=_write(found[-1], order) if found and (has_more or backwards) else "",
        previous_cursor=_write(found[0], order, backwards=True)
        if found and (has_more if backwards else values is not None)
        else "",
    )


def page_or_first(rows: QuerySet[Row], *, order: Sequence[str], limit: int, cursor: str) -> Page[Row]:
    """Return the same for people: the first page for a cursor that is none of this list."""
    try:
        return page_of(rows, order=order, limit=limit, cursor=cursor)
    except BadCursorError:
        return page_of(rows, order=order, limit=limit)


def _after(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after the given one: (a, b) > (x, y), written out because directions may differ."""
    condition = Q()
    for position, column in enumerate(order):
        same = {name.lstrip("-"): value for name, value in zip(order[:position], values, strict=False)}
        comparison = "lt" if column.startswith("-") else "gt"
        condition |= Q(**same, **{f"{column.lstrip('-')}__{comparison}": values[position]})
    first = order[0].lstrip("-")
    bound = "lte" if order[0].startswith("-") else "gte"
    # Implied by the rest; lets the database begin its index scan at the right row.
    return Q(**{f"{first}__{bound}": values[0]}) & condition


def _flip(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def _write(row: Model, order: Sequence[str], *, backwards: bool = False) -> str:
    values = [getattr(row, column.lstrip("-")) for column in order]
    packed = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps([backwards, order[0], *packed]).encode()).decode().rstrip("=")


def _read(cursor: str, order: Sequence[str]) -> tuple[bool, list[Any]]:
    if len(cursor) > LONGEST_CURSOR:
        raise BadCursorError
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        backwards, first, *values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if first != order[0]:
            # Of the same list in another order: its values may be of the right kind and still mean another place.
            raise BadCursorError
        values = [_value(column, value) for column, value in zip(order, values, strict=True)]
    except (ValueError, TypeError, OverflowError, binascii.Error) as error:
        raise BadCursorError from error
    return bool(backwards), values


def _value(column: str, value: object) -> object:
    if column.endswith("_at"):
        return datetime.fromisoformat(str(value)).astimezone(UTC)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > LARGEST_NUMBER:
        raise TypeError(column)
    return value
