"""`/mijn/`: the questions of somebody who signed in."""

from collections.abc import Iterable

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.http import MemberRequest, signed_in
from helpdesk.kernel.cursors import BadCursorError
from helpdesk.portal.actors import as_requester
from helpdesk.portal.views.conversation import Door, converse, move
from helpdesk.portal.wording import STATUSES, StatusWords
from helpdesk.tickets.models import Status, Ticket
from helpdesk.tickets.selectors import ticket_called, tickets_page

PAGE = 25


@require_safe
@signed_in
def tickets(request: MemberRequest) -> HttpResponse:
    """List the questions whose requester this is, last news first."""
    mine = Ticket.objects.visible_to(as_requester(request.actor))
    try:
        page = tickets_page(mine, cursor=request.GET.get("cursor", ""), limit=PAGE)
    except BadCursorError as error:
        raise Http404 from error
    return render(request, "portal/tickets.html", {"page": page, "rows": rows_of(page.rows)})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ticket(request: MemberRequest, reference: str) -> HttpResponse:
    return converse(request, _door(request, reference))


@require_POST
@signed_in
def close(request: MemberRequest, reference: str) -> HttpResponse:
    return move(request, _door(request, reference), Status.CLOSED)


@require_POST
@signed_in
def reopen(request: MemberRequest, reference: str) -> HttpResponse:
    return move(request, _door(request, reference), Status.OPEN)


def rows_of(found: Iterable[Ticket]) -> list[tuple[Ticket, StatusWords]]:
    return [(row, STATUSES[row.status]) for row in found]


def _door(request: MemberRequest, reference: str) -> Door:
    actor = as_requester(request.actor)
    try:
        found = ticket_called(actor, reference)
    except Ticket.DoesNotExist as error:
        raise Http404 from error
    return Door(actor, found, reverse("portal:ticket", args=[found.reference]), "/bijlagen/")
