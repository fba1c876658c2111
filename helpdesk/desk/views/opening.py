"""A ticket for somebody on the phone."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from helpdesk.accounts.http import MemberRequest
from helpdesk.accounts.organisations import named
from helpdesk.desk.access import agents_only, worked_ticket
from helpdesk.desk.forms import CallerForm
from helpdesk.desk.page import changed_answer
from helpdesk.desk.rail import rail_for
from helpdesk.kernel.policy import RefusedError
from helpdesk.tickets.models import Channel, Ticket
from helpdesk.tickets.selectors import KnownRequester, requesters_at, served_queues
from helpdesk.tickets.services import NewTicket, open_ticket


@agents_only
def new_ticket(request: MemberRequest) -> HttpResponse:
    """Write down a question; or, with the button "find", who has this address."""
    served_queues(request.actor)
    if request.method != "POST":
        return _page(request, CallerForm())
    if "find" in request.POST:
        return _found(request)
    form = CallerForm(request.POST)
    if form.is_valid():
        try:
            ticket = open_ticket(actor=request.actor, new=_question(form.cleaned_data))
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            return _opened(request, ticket)
    return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _found(request: MemberRequest) -> HttpResponse:
    """Show who asked from this address before; `find` with a number takes one of them over."""
    known = requesters_at(request.actor, request.POST.get("email", ""))
    typed = request.POST.dict()
    chosen = next((person for number, person in enumerate(known) if str(number) == typed["find"]), None)
    if chosen is not None:
        organisation = chosen.organisation.display_name if chosen.organisation else typed.get("organisation", "")
        typed |= {"name": chosen.name, "email": chosen.email, "organisation": organisation}
    return _page(request, CallerForm(initial=typed), known=None if chosen else known)


def _question(cleaned: dict[str, Any]) -> NewTicket:
    typed = cleaned["organisation"]
    organisation = named(typed) if typed else None
    return NewTicket(
        subject=cleaned["subject"],
        body=cleaned["body"],
        channel=Channel.PHONE,
        requester=(cleaned["name"], cleaned["email"]),
        organisation=organisation,
        organisation_claim="" if organisation else typed,
        application=cleaned["application"],
        vouched_reason=cleaned["vouched_reason"] if cleaned["is_known"] else "",
        form_id=cleaned["form_id"],
    )


def _opened(request: MemberRequest, ticket: Ticket) -> HttpResponse:
    """Go to the ticket, or say where it went when its queue is one of others."""
    try:
        worked_ticket(request.actor, ticket.reference)
    except Ticket.DoesNotExist:
        words = {"reference": ticket.reference, "queue": ticket.queue.name}
        messages.success(request, _("Ticket %(reference)s is in queue “%(queue)s”, which is not yours.") % words)
    return changed_answer(request, ticket)


def _page(
    request: MemberRequest,
    form: CallerForm,
    *,
    status: int = HTTPStatus.OK,
    known: list[KnownRequester] | None = None,
) -> HttpResponse:
    context = {"form": form, "rail": rail_for(request.actor), "known": known}
    return render(request, "desk/new.html", context, status=status)
