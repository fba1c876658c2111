"""What a ticket is about: a form with a page of its own."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from helpdesk.accounts.http import MemberRequest
from helpdesk.accounts.models import Organisation
from helpdesk.accounts.organisations import named
from helpdesk.desk.access import on_ticket, worked_ticket
from helpdesk.desk.conflicts import ChangedMeanwhileError, shown
from helpdesk.desk.forms import DetailsForm
from helpdesk.desk.page import changed_answer
from helpdesk.desk.rail import rail_for
from helpdesk.desk.views.changes import apply
from helpdesk.kernel.policy import RefusedError, denied
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.services import Changes


@on_ticket
def details(request: MemberRequest, ticket: Ticket) -> HttpResponse:
    """Change what the ticket is about and for which administration."""
    if request.method != "POST":
        return _page(request, ticket, DetailsForm(ticket=ticket, initial=_present(ticket)))
    form = DetailsForm(request.POST, ticket=ticket)
    if form.is_valid():
        try:
            changed = apply(request, ticket, "details", _changes(ticket, form.cleaned_data))
        except ChangedMeanwhileError:
            return _shown_again(request, ticket)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            return changed_answer(request, changed)
    return _page(request, ticket, form, HTTPStatus.UNPROCESSABLE_ENTITY)


def _shown_again(request: MemberRequest, ticket: Ticket) -> HttpResponse:
    """Keep what was typed and say what the colleague made of it."""
    fresh = worked_ticket(request.actor, ticket.reference)
    typed = request.POST.dict() | {"shown": shown(fresh, "details")}
    form = DetailsForm(typed, ticket=fresh)
    form.add_error(None, _("A colleague changed this a moment ago. Compare with the ticket, then save again."))
    return _page(request, fresh, form, HTTPStatus.CONFLICT)


def _present(ticket: Ticket) -> dict[str, Any]:
    return {
        "subject": ticket.subject,
        "ticket_type": ticket.ticket_type,
        "application": ticket.application_id,
        "category": ticket.category_id,
        "organisation": ticket.organisation.display_name if ticket.organisation else "",
        "shown": shown(ticket, "details"),
    }


def _changes(ticket: Ticket, cleaned: dict[str, Any]) -> Changes:
    changes: Changes = {
        "subject": cleaned["subject"],
        "ticket_type": cleaned["ticket_type"],
        "application": cleaned["application"],
        "category": cleaned["category"],
    }
    organisation = _organisation(ticket, cleaned["organisation"])
    # Naming the same administration again must not take away that the login proved it.
    if organisation != ticket.organisation:
        changes["organisation"] = organisation
    return changes


def _organisation(ticket: Ticket, text: str) -> Organisation | None:
    if not text:
        return None
    if ticket.organisation is not None and text in (ticket.organisation.display_name, ticket.organisation.uri):
        return ticket.organisation
    organisation = named(text)
    if organisation is None:
        reason = _("We do not know the administration “%(name)s”. Choose one of the list.") % {"name": text}
        raise RefusedError(denied(reason))
    return organisation


def _page(request: MemberRequest, ticket: Ticket, form: DetailsForm, status: int = HTTPStatus.OK) -> HttpResponse:
    context = {"ticket": ticket, "form": form, "rail": rail_for(request.actor)}
    return render(request, "desk/details.html", context, status=status)
