"""The outbox and the mail that did not go out: what waits, what was given up and why. No texts of people."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.http import MemberRequest
from helpdesk.desk.manage import services
from helpdesk.desk.manage.access import administrator
from helpdesk.desk.manage.kinds import chosen_kind, frame_of, page_of_kind
from helpdesk.desk.manage.menu import MAILS, OUTBOX
from helpdesk.kernel.models import EventDelivery
from helpdesk.kernel.redaction import mask_national_numbers
from helpdesk.tickets.models import MessageDelivery
from helpdesk.tickets.services import resend_mail

PENDING, DEAD = EventDelivery.State.PENDING, EventDelivery.State.DEAD
WORK = {
    "opgegeven": (gettext_lazy("Given up"), Q(state=DEAD)),
    "mislukt": (gettext_lazy("Will be tried again"), Q(state=PENDING, attempts__gt=0)),
    "wacht": (gettext_lazy("Waiting"), Q(state=PENDING, attempts=0)),
}
MAIL = {
    "mislukt": (gettext_lazy("Not delivered"), Q(state=MessageDelivery.State.FAILED)),
    "tegengehouden": (gettext_lazy("Held back"), Q(state=MessageDelivery.State.HELD)),
    "wacht": (gettext_lazy("Waiting"), Q(state=MessageDelivery.State.QUEUED)),
}
# Not the subject of the ticket: an administrator needs no contents.
MAIL_COLUMNS = (
    "address", "purpose", "state", "attempts", "last_error", "created_at", "message__ticket__reference",
    "message__ticket__queue__name",
)  # fmt: skip


@administrator
@require_safe
def outbox(request: MemberRequest) -> HttpResponse:
    kind = chosen_kind(request, WORK)
    rows = EventDelivery.objects.filter(WORK[kind][1]).select_related("event")
    page = page_of_kind(request, rows)
    context = {
        **frame_of(OUTBOX, WORK, kind, EventDelivery.objects.exclude(state=EventDelivery.State.DONE)),
        "page": page,
        "table": [_work(delivery) for delivery in page.rows],
        "may_retry": kind != "wacht",
    }
    return render(request, "desk/manage/outbox.html", context)


@administrator
@require_POST
def retry(request: MemberRequest, pk: int) -> HttpResponse:
    get_object_or_404(EventDelivery, pk=pk)
    _say_retried(request, services.retry_delivery(actor=request.actor, delivery_id=pk))
    return redirect("manage:outbox")


@administrator
@require_POST
def retry_all(request: MemberRequest) -> HttpResponse:
    _say_retried(request, services.retry_dead_deliveries(actor=request.actor))
    return redirect("manage:outbox")


@administrator
@require_safe
def mails(request: MemberRequest) -> HttpResponse:
    kind = chosen_kind(request, MAIL)
    rows = MessageDelivery.objects.filter(MAIL[kind][1]).select_related("message__ticket__queue").only(*MAIL_COLUMNS)
    context = {
        **frame_of(MAILS, MAIL, kind, MessageDelivery.objects.exclude(state=MessageDelivery.State.SENT)),
        "page": page_of_kind(request, rows),
        "may_resend": kind == "mislukt",
    }
    return render(request, "desk/manage/mails.html", context)


@administrator
@require_POST
def resend(request: MemberRequest, pk: int) -> HttpResponse:
    delivery = get_object_or_404(MessageDelivery, pk=pk)
    resend_mail(actor=request.actor, delivery=delivery)
    messages.success(request, _("The mail to %(address)s is tried again.") % {"address": delivery.address})
    return redirect("manage:mails")


def _work(delivery: EventDelivery) -> dict[str, Any]:
    error, _masked = mask_national_numbers(delivery.last_error.strip())
    return {
        "delivery": delivery,
        "subscriber": delivery.subscriber.rpartition(".")[2],
        "reason": error.rpartition("\n")[2],
        "error": error if "\n" in error else "",
    }


def _say_retried(request: MemberRequest, count: int) -> None:
    if not count:
        messages.info(request, _("There was nothing to try again."))
        return
    text = ngettext("%(count)d piece of work is tried again.", "%(count)d pieces of work are tried again.", count)
    messages.success(request, text % {"count": count})
