"""The ticket page: whole, or the part that changes when htmx asks for it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from helpdesk.accounts.http import MemberRequest
from helpdesk.accounts.organisation_names import kbo_with_dots
from helpdesk.desk.access import wants_fragment, worked_ticket
from helpdesk.desk.panel import panel_of
from helpdesk.desk.rail import rail_for
from helpdesk.desk.rows import look_of
from helpdesk.desk.thread import Entry, File, thread_of_desk
from helpdesk.desk.words import words_for
from helpdesk.kernel.moments import moment
from helpdesk.tickets.models import Assurance, Channel, Priority, SolvedBy, Status, Ticket, TicketType
from helpdesk.tickets.querysets import served_queue_ids


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What stands in one of the two composers; `news` is what its writer had not seen yet."""

    text: str = ""
    status: str = ""
    error: str = ""
    seen: int | None = None
    client_id: uuid.UUID = field(default_factory=uuid.uuid4)
    files: list[tuple[uuid.UUID, File]] = field(default_factory=list)
    news: list[Entry] = field(default_factory=list)


EMPTY: Mapping[str, str] = {}


def ticket_answer(
    request: MemberRequest,
    ticket: Ticket,
    *,
    status: int = HTTPStatus.OK,
    reply: Draft | None = None,
    note: Draft | None = None,
    errors: Mapping[str, str] = EMPTY,
) -> HttpResponse:
    """Answer with the ticket as it is now and the forms as they were left."""
    is_fragment = wants_fragment(request)
    context = {
        **_facts(request, ticket),
        "reply": reply or Draft(seen=ticket.last_seq),
        "note": note or Draft(),
        "errors": errors,
        "rail": rail_for(request.actor),
        "is_fragment": is_fragment,
    }
    template = "desk/_ticket.html" if is_fragment else "desk/ticket.html"
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def changed_answer(request: MemberRequest, ticket: Ticket, *, anchor: str = "") -> HttpResponse:
    """Answer after a change, with the ticket it made: the fragment to htmx, else send the browser to the page again.

    A ticket that went to a queue of others is gone for this agent, so the list comes instead.
    """
    if not wants_fragment(request):
        page = reverse("desk:ticket", args=[ticket.reference]) + anchor
        return see_other(page if ticket.queue_id in served_queue_ids(request.actor) else reverse("desk:list"))
    try:
        fresh = worked_ticket(request.actor, ticket.reference)
    except Ticket.DoesNotExist:
        return HttpResponse(headers={"HX-Redirect": reverse("desk:list")})
    return ticket_answer(request, fresh)


def see_other(url: str) -> HttpResponse:
    return HttpResponseRedirect(url, status=HTTPStatus.SEE_OTHER)


def _facts(request: MemberRequest, ticket: Ticket) -> dict[str, Any]:
    entries = thread_of_desk(ticket)
    return {
        "ticket": ticket,
        "address": reverse("desk:ticket", args=[ticket.reference]),
        "status_look": look_of(ticket.status),
        "words": _words(ticket),
        "is_unverified": ticket.identity_assurance == Assurance.UNVERIFIED,
        "opened": moment(ticket.created_at),
        "organisation_numbers": organisation_numbers(ticket),
        "entries": entries,
        "is_mailing": any(delivery.state == "queued" for entry in entries for delivery in entry.deliveries),
        "panel": panel_of(request.actor, ticket),
    }


def _words(ticket: Ticket) -> dict[str, str]:
    """Return what the codes of the ticket mean; a ticket itself goes through all choices each time it is asked."""
    return {
        "status": words_for(Status)[ticket.status],
        "priority": words_for(Priority)[ticket.priority],
        "identity": words_for(Assurance)[ticket.identity_assurance],
        "type": words_for(TicketType)[ticket.ticket_type],
        "channel": words_for(Channel)[ticket.channel],
        "solved_by": words_for(SolvedBy).get(ticket.solved_by, ""),
    }


def organisation_numbers(ticket: Ticket) -> str:
    """Return the numbers an administration is looked up by elsewhere."""
    organisation = ticket.organisation
    if organisation is None:
        return ""
    kbo = _("KBO %(number)s") % {"number": kbo_with_dots(organisation.kbo_number)} if organisation.kbo_number else ""
    return " · ".join(part for part in (kbo, organisation.ovo_code) if part)
