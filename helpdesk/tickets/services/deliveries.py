"""Mail that is owed to somebody, and what became of it. The mail adapter sends and reports."""

from datetime import timedelta

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


def queue_mail(*, message: Message, person: Person, purpose: str) -> MessageDelivery:
    """Owe one mail to one person, inside the transaction that gives the reason for it."""
    delivery = MessageDelivery.objects.create(message=message, person=person, address=person.email, purpose=purpose)
    publish(DeliveryQueued(delivery_id=delivery.pk))
    return delivery


@transaction.atomic
def queue_automatic_mail(*, message: Message, person: Person, purpose: str) -> MessageDelivery:
    """Owe a mail nobody wrote; what is too much for one address is held back, visibly."""
    # Every person row of the address is locked, so two workers cannot both count two.
    list(Person.objects.select_for_update().filter(email_key=person.email_key).order_by("pk"))
    reason = _too_much(person, answers_mail=message.channel == Channel.EMAIL)
    if reason:
        return hold_mail(message=message, person=person, purpose=purpose, reason=reason)
    return queue_mail(message=message, person=person, purpose=purpose)


def _too_much(person: Person, *, answers_mail: bool) -> str:
    """Return why the address gets no automatic mail now, "" when it may."""
    automatic = MessageDelivery.objects.filter(person__email_key=person.email_key, purpose__in=AUTOMATIC).exclude(
        state=MessageDelivery.State.HELD
    )
    now = timezone.now()
    if automatic.filter(created_at__gt=now - AUTOMATIC_PERIOD).count() >= AUTOMATIC_MAILS:
        return _("This address already got three automatic mails this hour.")
    today = automatic.filter(created_at__gt=now - timedelta(days=1))
    if answers_mail and today.count() >= ANSWERS_TO_MAIL:
        return _("A machine may be answering our mail: this address already got five automatic mails today.")
    return ""


def hold_mail(*, message: Message, person: Person, purpose: str, reason: str) -> MessageDelivery:
    """Write down a mail that does not go out, and why."""
    return MessageDelivery.objects.create(
        message=message,
        person=person,
        address=person.email,
        purpose=purpose,
        state=MessageDelivery.State.HELD,
        last_error=reason,
    )


@transaction.atomic
def record_delivery(*, delivery: MessageDelivery, state: str, error: str = "") -> None:
    """Write down one attempt: `sent`, `failed` for good, `held`, or still `queued` with the reason."""
    # Another process may have written it, by a clock that is ahead of ours.
    sent_at = max(timezone.now(), delivery.created_at) if state == MessageDelivery.State.SENT else None
    MessageDelivery.objects.filter(pk=delivery.pk).update(
        state=state, attempts=F("attempts") + 1, last_error=error, sent_at=sent_at
    )
    if state == MessageDelivery.State.FAILED:
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
