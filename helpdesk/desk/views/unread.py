"""Mail that could not be read: somebody asked something, and no ticket says what."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.http import MemberRequest, only
from helpdesk.desk.rail import rail_for
from helpdesk.kernel.keyset import page_or_first
from helpdesk.mailbox.downloads import source_response
from helpdesk.mailbox.models import InboundMail
from helpdesk.mailbox.policies import may_handle_unread
from helpdesk.mailbox.selectors import unread_mail as unread
from helpdesk.mailbox.services import process_again

PAGE = 50
handlers_only = only(lambda actor: actor.is_agent and bool(may_handle_unread(actor)))


@handlers_only
@require_safe
def unread_mail(request: MemberRequest) -> HttpResponse:
    page = page_or_first(unread(), order=("-id",), limit=PAGE, cursor=request.GET.get("cursor", ""))
    return render(request, "desk/unread.html", {"page": page, "rail": rail_for(request.actor, current="unread")})


@handlers_only
@require_safe
def source(request: MemberRequest, mail_pk: int) -> HttpResponse:
    return cast("HttpResponse", source_response(request.actor, _unread(mail_pk)))


@handlers_only
@require_POST
def read_again(request: MemberRequest, mail_pk: int) -> HttpResponse:
    process_again(actor=request.actor, mail=_unread(mail_pk))
    messages.success(request, _("The mail is read again. It disappears from this list when that goes well."))
    return redirect("desk:unread")


def _unread(pk: int) -> InboundMail:
    mail = unread().filter(pk=pk).first()
    if mail is None:
        raise Http404
    return mail
