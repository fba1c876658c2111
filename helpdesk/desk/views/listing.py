"""The list of tickets."""

from collections.abc import Container
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from helpdesk.accounts.http import MemberRequest
from helpdesk.desk.access import agents_only, wants_fragment
from helpdesk.desk.rail import rail_for, saved_group, titles
from helpdesk.desk.rows import rows_of
from helpdesk.tickets.models import Queue
from helpdesk.tickets.selectors import ORDERS, desk_page, saved_views, served_queues

DEFAULT_VIEW = "open"
DEFAULT_ORDER = "-last_message_at"


@require_safe
@vary_on_headers("HX-Request")
@agents_only
def ticket_list(request: MemberRequest) -> HttpResponse:
    """Show a view of the desk; with `HX-Request` only what changes when tickets do."""
    named = titles()
    view = _known(request, "view", named, DEFAULT_VIEW)
    order = _known(request, "order", ORDERS, DEFAULT_ORDER)
    served_queues(request.actor)
    try:
        page = desk_page(request.actor, view, order=order, cursor=request.GET.get("cursor", ""))
    except Queue.DoesNotExist as error:
        raise Http404 from error
    rail = [*rail_for(request.actor, current=view), saved_group(saved_views(request.actor))]
    context = {
        "rail": rail,
        "title": named.get(view) or _queue_name(request, view),
        "view": view,
        "rows": rows_of(page.rows),
        "page": page,
        "query": urlencode({"view": view, "order": order}) + "&",
        "orders": _orders(view, order),
        "is_fragment": wants_fragment(request),
    }
    template = "desk/_list.html" if context["is_fragment"] else "desk/list.html"
    return render(request, template, context)


def _known(request: HttpRequest, name: str, known: Container[str], default: str) -> str:
    """Return a parameter that is in the list of what we know; anything else is as if it were not there."""
    value = request.GET.get(name, default)
    is_queue = name == "view" and value.startswith("queue-")
    return value if is_queue or value in known else default


def _queue_name(request: MemberRequest, view: str) -> str:
    return next(queue.name for queue in served_queues(request.actor) if f"queue-{queue.slug}" == view)


def _orders(view: str, order: str) -> list[dict[str, object]]:
    labels = {
        "-last_message_at": _("Newest activity first"),
        "created_at": _("Oldest question first"),
        "priority": _("Highest priority first"),
    }
    address = reverse("desk:list")
    return [
        {
            "label": label,
            "url": f"{address}?{urlencode({'view': view, 'order': name})}",
            "is_current": name == order,
        }
        for name, label in labels.items()
    ]
