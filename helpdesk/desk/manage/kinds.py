"""Pages that show rows of one kind at a time, with a tab and a count for each."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from helpdesk.accounts.http import MemberRequest
from helpdesk.desk.manage.menu import menu
from helpdesk.desk.manage.paging import PAGE
from helpdesk.kernel.keyset import Page, Row, page_or_first

# What a kind is called in the address: its words, and which rows are of it.
Kinds = dict[str, tuple[Any, Q]]


def chosen_kind(request: MemberRequest, kinds: Kinds) -> str:
    chosen = request.GET.get("soort", "")
    return chosen if chosen in kinds else next(iter(kinds))


def page_of_kind(request: MemberRequest, rows: QuerySet[Any, Row]) -> Page[Row]:
    return page_or_first(rows, order=("-id",), limit=PAGE, cursor=request.GET.get("cursor", ""))


def frame_of(key: str, kinds: Kinds, kind: str, undone: QuerySet[Any]) -> dict[str, Any]:
    url = reverse(f"manage:{key}")
    counts = undone.order_by().aggregate(
        **{name: Count("pk", filter=condition) for name, (_, condition) in kinds.items()}
    )
    tabs = [
        {"url": f"{url}?soort={name}", "label": label, "count": counts[name], "is_current": name == kind}
        for name, (label, _condition) in kinds.items()
    ]
    return {"rail": menu(key), "tabs": tabs, "kind": kind, "query": f"soort={kind}&", "counts": counts}
