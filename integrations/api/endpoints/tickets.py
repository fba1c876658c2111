"""Tickets: ask, list, read, change, and what became of one."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from helpdesk.kernel.cursors import BadCursorError, read_cursor, write_cursor
from helpdesk.kernel.policy import RefusedError
from helpdesk.tickets import history, policies
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.selectors import SHOWN, ticket_called, tickets_page
from helpdesk.tickets.services import change_ticket
from integrations.api import bodies, shapes
from integrations.api.answers import bytes_of, created_answer, etag_of, list_answer, next_url_of, object_answer
from integrations.api.bearer import ApiRequest, Bearer
from integrations.api.changing import changes_of
from integrations.api.filters import tickets_matching
from integrations.api.opening import open_from
from integrations.api.problems import ProblemError, forbidden, wrong
from integrations.api.representations import history_shape, ticket_shape
from integrations.api.services import create_once

router = Router(tags=["Tickets"])
READ, WRITE = Bearer("tickets:read"), Bearer("tickets:write")


@router.post("", auth=WRITE, response={201: shapes.Ticket}, summary="Ask a question")
def create_ticket(request: ApiRequest, new: bodies.NewTicket) -> HttpResponse:
    """Open a ticket: your own with a personal token; in somebody's name with `requester`."""
    actor = request.auth.actor
    created = create_once(request, caller=actor.code, content=bytes_of(new), effect=lambda: open_from(new, actor=actor))
    return created_answer(created.body, location=created.location, replayed=created.replayed)


@router.get("", auth=READ, response=shapes.TicketList, summary="List tickets")
def list_tickets(request: ApiRequest, filters: Query[bodies.TicketFilters]) -> HttpResponse:
    """List what you may see: an official what they asked, an agent or integration their queues."""
    actor = request.auth.actor
    tickets = tickets_matching(filters, actor=actor).prefetch_related("submission_links")
    page = tickets_page(tickets, order=filters.order, cursor=filters.cursor, limit=filters.limit)
    items = [ticket_shape(ticket, for_desk=bool(policies.works_on(actor, ticket))) for ticket in page.rows]
    next_url = next_url_of(request, page.next_cursor)
    return list_answer(shapes.TicketList(items=items, next=next_url), next_url)


@router.get("/{reference}", auth=READ, response=shapes.Ticket, summary="Read a ticket")
def read_ticket(request: ApiRequest, reference: str) -> HttpResponse:
    ticket = ticket_called(request.auth.actor, reference)
    return object_answer(request, _seen_by(request, ticket))


@router.patch("/{reference}", auth=WRITE, response=shapes.Ticket, summary="Change a ticket")
def patch_ticket(request: ApiRequest, reference: str, changes: bodies.TicketChanges) -> HttpResponse:
    """Change all fields that are sent, or none. Who asked the ticket may close it, or open it again within 14 days."""
    actor = request.auth.actor
    ticket = ticket_called(actor, reference)
    wished = changes_of(changes, ticket=ticket, actor=actor)
    try:
        change_ticket(actor=actor, ticket=ticket, precondition=_unchanged(request), **wished)
    except RefusedError as refusal:
        if policies.works_on(actor, ticket):
            raise wrong("/status" if "status" in wished else "", str(refusal)) from refusal
        raise forbidden(str(refusal)) from refusal
    return object_answer(request, _seen_by(request, _as_it_is_now(ticket)))


@router.get("/{reference}/history", auth=READ, response=shapes.HistoryList, summary="Read what happened to a ticket")
def list_history(request: ApiRequest, reference: str, paging: Query[bodies.Paging]) -> HttpResponse:
    """List what was decided, oldest first; who asked the ticket sees its statuses."""
    ticket = ticket_called(request.auth.actor, reference)
    for_desk = bool(policies.works_on(request.auth.actor, ticket))
    entries = _entries_after(paging.cursor, ticket)
    shown = [(entry.id, shape) for entry in entries if (shape := history_shape(entry, for_desk=for_desk))]
    part, has_more = shown[: paging.limit], len(shown) > paging.limit
    next_url = next_url_of(request, write_cursor([part[-1][0]], of=_history_of(ticket)) if has_more else "")
    return list_answer(shapes.HistoryList(items=[shape for _id, shape in part], next=next_url), next_url)


def _entries_after(cursor: str, ticket: Ticket) -> list[history.HistoryEntry]:
    """Return what comes after the entry that the cursor names; history only grows, so it is still there."""
    entries = history.ticket_history(ticket)
    if not cursor:
        return entries
    [last_seen] = read_cursor(cursor, of=_history_of(ticket))
    place = next((place for place, entry in enumerate(entries) if entry.id == last_seen), None)
    if place is None:
        raise BadCursorError
    return entries[place + 1 :]


def _history_of(ticket: Ticket) -> str:
    return f"history:{ticket.pk}"


def _seen_by(request: ApiRequest, ticket: Ticket) -> shapes.Ticket:
    return ticket_shape(ticket, for_desk=bool(policies.works_on(request.auth.actor, ticket)))


def _as_it_is_now(ticket: Ticket) -> Ticket:
    """Return the ticket just changed or locked, also when it moved to a queue its changer does not serve."""
    return Ticket.objects.select_related(*SHOWN).get(pk=ticket.pk)


def _unchanged(request: ApiRequest) -> Any:
    """Return what the service asks once it holds the row: is this still the version that If-Match names?"""
    if_match = request.headers.get("If-Match")
    if if_match is None:
        return None

    def objection(ticket: Ticket) -> None:
        etag = etag_of(bytes_of(_seen_by(request, _as_it_is_now(ticket))))
        accepted = parse_etags(if_match)
        if "*" not in accepted and etag not in accepted:
            raise ProblemError(
                HTTPStatus.PRECONDITION_FAILED,
                _("Read the ticket again and decide whether your change still fits."),
                headers={"ETag": etag},
            )

    return objection
