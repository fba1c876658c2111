"""Mail that is owed to somebody, and what became of it. The mail adapter sends and reports."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.actors import Actor
from helpdesk.accounts.models import Person
from helpdesk.accounts.policies import may_administer
from helpdesk.kernel.events import publish
from helpdesk.kernel.policy import require
from helpdesk.kernel.services import service
from helpdesk.tickets.events import DeliveryFailed, DeliveryQueued
from helpdesk.tickets.models import Channel, Message, MessageDelivery

AUTOMATIC = (MessageDelivery.Purpose.CONFIRMATION, MessageDelivery.Purpose.NEW_LINK)
AUTOMATIC_MAILS = 3
AUTOMATIC_PERIOD = timedelta(hours=1)
# Nobody mails more questions than this in a day, but a machine that says something else each time would.
ANSWERS_TO_MAIL = 5


@dataclass(frozen=True, kw_only=True)
class Owed:
    """A mail to somebody about a message; `held` says why it does not go out."""

    message: Message
    person: Person
    purpose: str
    held: str = ""


def queue_mail(*, message: Message, person: Person, purpose: str) -> MessageDelivery:
    """Owe one mail to one person, inside the transaction that gives the reason for it."""
    return owe_mail([Owed(message=message, person=person, purpose=purpose)])[0]


def owe_mail(mails: Sequence[Owed]) -> list[MessageDelivery]:
    """Owe mails, or write down why they are held, inside the transaction that gives the reason for them."""
    deliveries = MessageDelivery.objects.bulk_create(
        MessageDelivery(
            message=owed.message,
            person=owed.person,
            address=owed.person.email,
            purpose=owed.purpose,
            state=MessageDelivery.State.HELD if owed.held else MessageDelivery.State.QUEUED,
            last_error=owed.held,
        )
        for owed in mails
    )
    publish(*(DeliveryQueued(delivery_id=each.pk) for each in deliveries if each.state == MessageDelivery.State.QUEUED))
    return deliveries


@transaction.atomic
def owe_automatic_mail(mails: Sequence[Owed]) -> list[MessageDelivery]:
    """Owe mails nobody wrote; what is too much for one address is held back, visibly."""
    keys = {owed.person.email_key for owed in mails if not owed.held}
    # Every person row of an address is locked, so two workers cannot both count two.
    list(Person.objects.select_for_update().filter(email_key__in=keys).order_by("pk").values_list("pk"))
    sent = _automatic_mails_to(keys)
    judged = []
    for owed in mails:
        held = owed.held or _too_much(sent[owed.person.email_key], answers_mail=owed.message.channel == Channel.EMAIL)
        judged.append(replace(owed, held=held))
        if not held:
            sent[owed.person.email_key].append(timezone.now())
    return owe_mail(judged)


def _automatic_mails_to(keys: Collection[str]) -> defaultdict[str, list[datetime]]:
    """Return when automatic mail was owed to each address in the last day."""
    today = MessageDelivery.objects.filter(
        person__email_key__in=keys, purpose__in=AUTOMATIC, created_at__gt=timezone.now() - timedelta(days=1)
    ).exclude(state=MessageDelivery.State.HELD)
    moments = defaultdict(list)
    for key, moment in today.values_list("person__email_key", "created_at"):
        moments[key].append(moment)
    return moments


def _too_much(sent: Sequence[datetime], *, answers_mail: bool) -> str:
    """Return why an address gets no automatic mail now, "" when it may; `sent` is what it got today."""
    hour_ago = timezone.now() - AUTOMATIC_PERIOD
    if sum(moment > hour_ago for moment in sent) >= AUTOMATIC_MAILS:
        return _("This address already got three automatic mails this hour.")
    if answers_mail and len(sent) >= ANSWERS_TO_MAIL:
        return _("A machine may be answering our mail: this address already got five automatic mails today.")
    return ""


def record_delivery(*, delivery: MessageDelivery, state: str, error: str = "") -> None:
    """Write down one attempt: `sent`, `failed` for good, `held`, or still `queued` with the reason."""
    # Another process may have written it, by a clock that is ahead of ours.
    sent_at = max(timezone.now(), delivery.created_at) if state == MessageDelivery.State.SENT else None
    attempt = {"state": state, "attempts": F("attempts") + 1, "last_error": error, "sent_at": sent_at}
    if state != MessageDelivery.State.FAILED:
        MessageDelivery.objects.filter(pk=delivery.pk).update(**attempt)
        return
    with transaction.atomic():
        MessageDelivery.objects.filter(pk=delivery.pk).update(**attempt)
        _tell_of_failure(delivery)


@transaction.atomic
def record_bounce(*, delivery: MessageDelivery, error: str) -> bool:
    """Write down that a mail the server had taken came back; return False when we knew already."""
    standing = (MessageDelivery.State.SENT, MessageDelivery.State.QUEUED)
    changed = MessageDelivery.objects.filter(pk=delivery.pk, state__in=standing).update(
        state=MessageDelivery.State.FAILED, last_error=error
    )
    if changed:
        _tell_of_failure(delivery)
    return bool(changed)


def _tell_of_failure(delivery: MessageDelivery) -> None:
    ticket = delivery.message.ticket
    publish(DeliveryFailed(delivery_id=delivery.pk, ticket_id=ticket.pk, queue_id=ticket.queue_id, seq=ticket.last_seq))


@service
def resend_mail(*, actor: Actor, delivery: MessageDelivery) -> None:
    """Try a mail that failed once more, from the first attempt; what was held back or sent stays so."""
    require(may_administer(actor))
    for failed in MessageDelivery.objects.select_for_update().filter(
        pk=delivery.pk, state=MessageDelivery.State.FAILED
    ):
        MessageDelivery.objects.filter(pk=failed.pk).update(state=MessageDelivery.State.QUEUED, attempts=0)
        publish(DeliveryQueued(delivery_id=failed.pk))
