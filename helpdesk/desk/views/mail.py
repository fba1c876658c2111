"""A message that came by mail, as it came: where it is from, how it looked, its bytes."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.accounts.http import MemberRequest
from helpdesk.desk.access import on_ticket
from helpdesk.desk.rail import rail_for
from helpdesk.kernel.moments import moment
from helpdesk.mailbox.downloads import source_response
from helpdesk.mailbox.models import InboundMail
from helpdesk.mailbox.selectors import mail_of_message
from helpdesk.tickets.formatted import formatted_response
from helpdesk.tickets.models import Message, Ticket
from helpdesk.tickets.rendering import html_with_folds
from helpdesk.tickets.selectors import mailed_message

frames_own_pages = csp_update({"frame-src": [SELF]})


def _on_mail(view: Callable[[MemberRequest, Ticket, Message], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the mailed message its address names; any other message does not exist here."""

    @wraps(view)
    def with_mail(request: MemberRequest, ticket: Ticket, seq: int) -> HttpResponse:
        try:
            message = mailed_message(request.actor, ticket, seq)
        except Message.DoesNotExist as error:
            raise Http404 from error
        return view(request, ticket, message)

    return on_ticket(with_mail)


@require_safe
@frames_own_pages
@_on_mail
def mail_page(request: MemberRequest, ticket: Ticket, message: Message) -> HttpResponse:
    """Show the fields that matter and the mail as it looked."""
    context = {
        "ticket": ticket,
        "message": message,
        "sent": moment(message.created_at),
        "text": html_with_folds(message.body.text, message.body.folds),
        "rail": rail_for(request.actor),
    }
    return render(request, "desk/mail.html", context)


@require_safe
@_on_mail
def formatted(request: MemberRequest, ticket: Ticket, message: Message) -> HttpResponse:
    """Answer with the HTML of the mail, in its sandbox."""
    if not message.body.html:
        raise Http404
    return formatted_response(message)


@require_safe
@on_ticket
def source(request: MemberRequest, ticket: Ticket, seq: int) -> HttpResponse:
    """Send the mail byte for byte."""
    try:
        mail = mail_of_message(ticket, seq)
    except InboundMail.DoesNotExist as error:
        raise Http404 from error
    return cast("HttpResponse", source_response(request.actor, mail))
