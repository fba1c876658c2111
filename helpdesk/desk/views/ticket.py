"""One ticket: the page, its history, its files."""

import uuid
from typing import cast

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from helpdesk.accounts.http import MemberRequest
from helpdesk.desk.access import on_ticket, wants_fragment
from helpdesk.desk.page import ticket_answer
from helpdesk.desk.rail import rail_for
from helpdesk.kernel.moments import moment
from helpdesk.tickets.downloads import attachment_response
from helpdesk.tickets.history import ticket_history
from helpdesk.tickets.models import Attachment, Ticket


@require_safe
@on_ticket
def ticket_page(request: MemberRequest, ticket: Ticket) -> HttpResponse:
    """Show the ticket; a reference in another spelling leads to its own address."""
    if request.resolver_match and request.resolver_match.kwargs["reference"] != ticket.reference:
        return redirect("desk:ticket", ticket.reference)
    return ticket_answer(request, ticket)


@require_safe
@on_ticket
def history(request: MemberRequest, ticket: Ticket) -> HttpResponse:
    """Tell what was decided about the ticket, newest first."""
    entries = [(moment(entry.at), entry.sentences) for entry in reversed(ticket_history(ticket))]
    if wants_fragment(request):
        return render(request, "desk/_history.html", {"entries": entries})
    context = {"ticket": ticket, "entries": entries, "rail": rail_for(request.actor)}
    return render(request, "desk/history.html", context)


@require_safe
@on_ticket
def attachment(request: MemberRequest, ticket: Ticket, attachment_id: uuid.UUID) -> HttpResponse:
    """Send a file of this ticket to be saved."""
    if not Attachment.objects.filter(ticket=ticket, pk=attachment_id).exists():
        raise Http404
    return cast("HttpResponse", attachment_response(request.actor, attachment_id))
