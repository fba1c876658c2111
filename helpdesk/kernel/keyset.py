"""Pages of a list by "what comes after this row": as quick on page 1000 as on page 1, and steady while rows move."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from helpdesk.kernel.cursors import BadCursorError, read_cursor, write_cursor

# An object, or a named tuple of columns.
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows of one page; `next_cursor` is empty on the last, `previous_cursor` on the first."""

    rows: list[Row]
    next_cursor: str
    previous_cursor: str


def page_of(rows: QuerySet[Any, Row], *, order: Sequence[str], limit: int, cursor: str = "") -> Page[Row]:
    """Return a page in `order` (names of columns or annotations, "-" for descending, unique together) in one query."""
    name = _list_of(rows.model, order)
    backwards, values = _read(cursor, name) if cursor else (False, None)
    direction = [_flip(column) for column in order] if backwards else list(order)
    if values is None:
        return first_page(list(rows.order_by(*order)[: limit + 1]), of=rows.model, order=order, limit=limit)
    found = list(rows.filter(_after(direction, values)).order_by(*direction)[: limit + 1])
    has_more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    return Page(
        rows=found,
        next_cursor=_write(found[-1], order, name) if found and (has_more or backwards) else "",
        previous_cursor=_write(found[0], order, name, backwards=True) if found and (has_more or not backwards) else "",
    )


def first_page(found: list[Row], *, of: type[Model], order: Sequence[str], limit: int) -> Page[Row]:
    """Return the first page from its rows, found in this order, with one more when there are more."""
    has_more, found = len(found) > limit, found[:limit]
    return Page(found, _write(found[-1], order, _list_of(of, order)) if has_more else "", "")


def page_or_first(rows: QuerySet[Any, Row], *, order: Sequence[str], limit: int, cursor: str) -> Page[Row]:
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


def _list_of(model: type[Model], order: Sequence[str]) -> str:
    """A cursor belongs to rows of one kind in one order: elsewhere its values would mean another place."""
    return f"{model.__name__}:{','.join(order)}"


def _flip(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def _write(row: object, order: Sequence[str], name: str, *, backwards: bool = False) -> str:
    return write_cursor([backwards, *(getattr(row, column.lstrip("-")) for column in order)], of=name)


def _read(cursor: str, name: str) -> tuple[bool, list[Any]]:
    backwards, *values = read_cursor(cursor, of=name)
    return backwards, values
