"""Mail that could not be read: somebody asked something, and no ticket says what."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.actors import PersonActor
from helpdesk.accounts.http import MemberRequest
from helpdesk.desk.access import agents_only
from helpdesk.desk.rail import rail_for
from helpdesk.kernel.keyset import page_or_first
from helpdesk.mailbox.downloads import source_response
from helpdesk.mailbox.models import InboundMail
from helpdesk.mailbox.selectors import unread_mail_of
from helpdesk.mailbox.services import process_again

PAGE = 50


@agents_only
@require_safe
def unread_mail(request: MemberRequest) -> HttpResponse:
    page = page_or_first(
        unread_mail_of(request.actor), order=("-id",), limit=PAGE, cursor=request.GET.get("cursor", "")
    )
    return render(request, "desk/unread.html", {"page": page, "rail": rail_for(request.actor, current="unread")})


@agents_only
@require_safe
def source(request: MemberRequest, mail_pk: int) -> HttpResponse:
    return cast("HttpResponse", source_response(request.actor, _unread(request.actor, mail_pk)))


@agents_only
@require_POST
def read_again(request: MemberRequest, mail_pk: int) -> HttpResponse:
    process_again(actor=request.actor, mail=_unread(request.actor, mail_pk))
    messages.success(request, _("The mail is read again. It disappears from this list when that goes well."))
    return redirect("desk:unread")


def _unread(actor: PersonActor, pk: int) -> InboundMail:
    mail = unread_mail_of(actor).filter(pk=pk).first()
    if mail is None:
        raise Http404
    return mail
