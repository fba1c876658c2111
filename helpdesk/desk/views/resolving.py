"""How a ticket ended: the cause, who solved it, whether it could have been avoided, and perhaps a last reply."""

import uuid
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from helpdesk.accounts.http import MemberRequest
from helpdesk.desk.access import on_ticket, worked_ticket
from helpdesk.desk.conflicts import UnseenMessagesError, all_seen
from helpdesk.desk.forms import ResolveForm
from helpdesk.desk.page import changed_answer
from helpdesk.desk.rail import rail_for
from helpdesk.desk.thread import Entry, news_since
from helpdesk.kernel.policy import RefusedError
from helpdesk.tickets import policies
from helpdesk.tickets.models import Status, Ticket
from helpdesk.tickets.services import NewMessage, Resolution, resolve_ticket


@on_ticket
def resolve(request: MemberRequest, ticket: Ticket) -> HttpResponse:
    if request.method != "POST":
        return _page(request, ticket, ResolveForm(ticket=ticket, initial=_present(ticket)))
    form = ResolveForm(request.POST, ticket=ticket)
    if form.is_valid():
        try:
            _resolve(request, ticket, form.cleaned_data)
        except UnseenMessagesError:
            return _shown_first(request, ticket, form.cleaned_data["seen"])
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            return changed_answer(request, ticket)
    return _page(request, ticket, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _resolve(request: MemberRequest, ticket: Ticket, cleaned: dict[str, Any]) -> None:
    client_id = cleaned["client_id"]
    resolve_ticket(
        actor=request.actor,
        ticket=ticket,
        category=cleaned["category"],
        resolution=Resolution(solved_by=cleaned["solved_by"], avoidable=cleaned["avoidable"]),
        reply=NewMessage(body=cleaned["body"], client_id=client_id) if cleaned["body"] else None,
        precondition=all_seen(cleaned["seen"]),
    )


def _shown_first(request: MemberRequest, ticket: Ticket, seen: int) -> HttpResponse:
    """Show what was written meanwhile and ask to resolve again."""
    fresh = worked_ticket(request.actor, ticket.reference)
    news = news_since(fresh, seen)
    form = ResolveForm(request.POST.dict() | {"seen": str(fresh.last_seq)}, ticket=fresh)
    form.add_error(None, _("Something was written meanwhile. Read it, then resolve the ticket again."))
    return _page(request, fresh, form, status=HTTPStatus.CONFLICT, news=news)


def _present(ticket: Ticket) -> dict[str, Any]:
    return {
        "category": ticket.category_id,
        "solved_by": ticket.solved_by,
        "avoidable": {True: "yes", False: "no"}.get(ticket.avoidable),  # type: ignore[arg-type]
        "seen": ticket.last_seq,
        "client_id": uuid.uuid4(),
    }


def _page(
    request: MemberRequest,
    ticket: Ticket,
    form: ResolveForm,
    *,
    status: int = HTTPStatus.OK,
    news: Sequence[Entry] = (),
) -> HttpResponse:
    context = {
        "ticket": ticket,
        "form": form,
        "news": news,
        "decision": policies.may_move_to_status(request.actor, ticket, Status.RESOLVED),
        "rail": rail_for(request.actor),
    }
    return render(request, "desk/resolve.html", context, status=status)
