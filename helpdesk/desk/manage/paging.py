"""Pages of a short list in any order, by the number of rows before them."""

from typing import Any

from django.db.models import QuerySet

from helpdesk.kernel.keyset import Page, Row

PAGE = 50
FURTHEST = 100_000


def numbered_page(rows: QuerySet[Any, Row], cursor: str) -> Page[Row]:
    """Return a page in one query; the first page for a cursor that is none."""
    start = int(cursor) if cursor.isascii() and cursor.isdecimal() and len(cursor) <= len(str(FURTHEST)) else 0
    found = list(rows[start : start + PAGE + 1])
    return Page(
        rows=found[:PAGE],
        next_cursor=str(start + PAGE) if len(found) > PAGE else "",
        previous_cursor=str(max(0, start - PAGE)) if start else "",
    )
