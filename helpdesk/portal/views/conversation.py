"""One question as its requester reads it, through the link or signed in: the same page, the same rules."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from helpdesk.accounts.actors import PersonActor, TicketGuest
from helpdesk.accounts.http import ActorRequest
from helpdesk.kernel.policy import RefusedError
from helpdesk.portal.forms import MessageForm
from helpdesk.portal.limits import text_about_waiting, wait_for_post_s
from helpdesk.portal.uploads import (
    FIELD,
    SentFiles,
    keep_files,
    kept_before,
    receive_files,
    remember,
    shown,
    store_files,
)
from helpdesk.portal.wording import STATUSES
from helpdesk.tickets import policies
from helpdesk.tickets.models import Status, Ticket
from helpdesk.tickets.selectors import thread_of
from helpdesk.tickets.services import NewMessage, change_ticket, reply_to_ticket


@dataclass(frozen=True)
class Door:
    """Who came in, to which question, and under which address."""

    actor: PersonActor | TicketGuest
    ticket: Ticket
    url: str
    files_at: str


def converse(request: ActorRequest, door: Door) -> HttpResponse:
    """Show the question, or take an answer to it."""
    if request.method != "POST":
        return _page(request, door, MessageForm())
    if wait_s := wait_for_post_s(request):
        return _refused_for_now(request, door, wait_s)
    form = MessageForm(request.POST)
    files = receive_files(request)
    if not form.is_valid() or files.refusals:
        return _wrong(request, door, form, files)
    try:
        new = NewMessage(
            body=form.cleaned_data["body"], uploads=store_files(files), client_id=form.cleaned_data["form_id"]
        )
        message = reply_to_ticket(actor=door.actor, ticket=door.ticket, new=new)
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return _wrong(request, door, form, files)
    messages.success(request, _("Your answer has been sent."))
    if form.masked:
        messages.warning(request, _("We made a national register number in it unreadable. We did not store it."))
    return _see(f"{door.url}#{message.seq}")


def move(request: ActorRequest, door: Door, status: str) -> HttpResponse:
    """Close the question or open it again, as its requester."""
    if wait_s := wait_for_post_s(request):
        return _refused_for_now(request, door, wait_s)
    try:
        change_ticket(actor=door.actor, ticket=door.ticket, status=status)
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return _see(door.url)
    closed = status == Status.CLOSED
    messages.success(request, _("Your question is closed.") if closed else _("Your question is open again."))
    return _see(door.url)


def _wrong(request: ActorRequest, door: Door, form: MessageForm, files: SentFiles) -> HttpResponse:
    files = keep_files(door.actor, files)
    for refusal in files.refusals:
        form.add_error(FIELD, refusal)
    return _page(request, door, form, files, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _refused_for_now(request: ActorRequest, door: Door, wait_s: int) -> HttpResponse:
    form = MessageForm(initial={"body": request.POST.get("body", "")})
    response = _page(
        request,
        door,
        form,
        kept_before(request),
        status=HTTPStatus.TOO_MANY_REQUESTS,
        waiting=text_about_waiting(wait_s),
        must_choose_files_again=bool(request.FILES),
    )
    response["Retry-After"] = str(wait_s)
    return response


def _page(
    request: ActorRequest,
    door: Door,
    form: MessageForm,
    files: SentFiles | None = None,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    actor, ticket = door.actor, door.ticket
    context |= {
        "door": door,
        "ticket": ticket,
        "status": STATUSES[ticket.status],
        "thread": thread_of(actor, ticket),
        "form": form,
        "kept": shown(files) if files else [],
        "may_reply": policies.may_reply(actor, ticket),
        "may_close": policies.may_close(actor, ticket),
        "may_reopen": policies.may_reopen(actor, ticket),
        "may_confirm": bool(policies.may_confirm(actor, ticket)) and ticket.identity_assurance == "unverified",
    }
    response = render(request, "portal/ticket.html", context, status=status)
    if files:
        remember(response, files)
    return response


def _see(url: str) -> HttpResponse:
    return HttpResponseRedirect(url, status=HTTPStatus.SEE_OTHER)
