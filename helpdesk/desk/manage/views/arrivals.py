"""Mail that came in: what became of each, and reading it once more. No texts of people."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.http import MemberRequest
from helpdesk.desk.manage.access import administrator
from helpdesk.desk.manage.forms import SinceForm
from helpdesk.desk.manage.kinds import chosen_kind, frame_of, page_of_kind
from helpdesk.desk.manage.menu import ARRIVALS
from helpdesk.mailbox.downloads import source_response
from helpdesk.mailbox.fetching import last_round
from helpdesk.mailbox.models import InboundMail
from helpdesk.mailbox.selectors import flagged
from helpdesk.mailbox.services import process_again, process_again_since

STATE = InboundMail.State
MAIL = {
    "onleesbaar": (gettext_lazy("Could not be read"), Q(state=STATE.UNPROCESSABLE)),
    "wacht": (gettext_lazy("Waiting"), Q(state=STATE.RECEIVED)),
    "genegeerd": (gettext_lazy("Ignored"), Q(state=STATE.IGNORED)),
    "verwerkt": (gettext_lazy("Processed"), Q(state=STATE.PROCESSED)),
}


@administrator
@require_safe
def arrivals(request: MemberRequest) -> HttpResponse:
    return _page(request, SinceForm())


@administrator
@require_POST
def read_again(request: MemberRequest, pk: int) -> HttpResponse:
    process_again(actor=request.actor, mail=get_object_or_404(InboundMail, pk=pk))
    messages.success(request, _("The mail is read again."))
    return redirect("manage:arrivals")


@administrator
@require_POST
def read_again_since(request: MemberRequest) -> HttpResponse:
    form = SinceForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    count = process_again_since(actor=request.actor, since=form.cleaned_data["since"])
    text = ngettext("%(count)d mail is read again.", "%(count)d mails are read again.", count)
    messages.success(request, text % {"count": count})
    return redirect("manage:arrivals")


@administrator
@require_safe
def source(request: MemberRequest, pk: int) -> HttpResponse:
    """Send a mail that became no part of a ticket; what did is for who works on the ticket."""
    mail = get_object_or_404(InboundMail.objects.select_related("ticket"), pk=pk)
    return cast("HttpResponse", source_response(request.actor, mail))


def _mailbox() -> dict[str, str] | None:
    """Say how fetching goes where mail is fetched; None elsewhere."""
    if settings.IMAP is None:
        return None
    last = last_round()
    if last is None:
        return {
            "kind": "warning",
            "text": _("The mailbox has not been fetched in the last hour. Is the worker running?"),
        }
    if last.error:
        text = _("The mailbox could not be read (%(error)s). What is in it stays there, and we try again every minute.")
        return {"kind": "error", "text": text % {"error": last.error}}
    if last.left:
        text = ngettext(
            "%(count)d mail stays in the mailbox: it is too large, or the server does not give it. Look at it there.",
            "%(count)d mails stay in the mailbox: they are too large, or the server does not give them. Look there.",
            last.left,
        )
        return {"kind": "warning", "text": text % {"count": last.left}}
    return {"kind": "success", "text": _("The mailbox is fetched every minute. Nothing stays behind in it.")}


def _page(request: MemberRequest, form: SinceForm, *, status: int = 200) -> HttpResponse:
    kind = chosen_kind(request, MAIL)
    rows = flagged(InboundMail.objects.filter(MAIL[kind][1])).select_related("ticket__queue")
    context = {
        **frame_of(ARRIVALS, MAIL, kind, InboundMail.objects.all()),
        "page": page_of_kind(request, rows),
        "form": form,
        "mailbox": _mailbox(),
    }
    return render(request, "desk/manage/arrivals.html", context, status=status)
