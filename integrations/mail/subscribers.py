"""What mail does when something happened (`config/wiring.py`)."""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.kernel.outbox import TryLaterError
from helpdesk.mailbox.selectors import is_answerable
from helpdesk.tickets.events import DeliveryFailed, DeliveryQueued, MessagePosted, TicketOpened
from helpdesk.tickets.models import Channel, Message, MessageDelivery
from helpdesk.tickets.services import hold_mail, queue_automatic_mail, queue_mail, record_delivery
from integrations.mail.letters import mail_for
from integrations.mail.refusals import is_final, reason_of

logger = logging.getLogger(__name__)

PURPOSE, STATE = MessageDelivery.Purpose, MessageDelivery.State
MINUTE, HOUR = 60, 3600
# To one colleague about one ticket.
NEWS_A_DAY = 20
SEND_DELAYS_S = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, 4 * HOUR, 12 * HOUR, 24 * HOUR)
# Longer than the longest conversation with a mail server in which each of its eleven answers comes just in time.
SEND_LEASE_S = 120


def queue_confirmation(event: TicketOpened) -> None:
    """Owe the requester one confirmation; in a chat the answer is on the screen already."""
    first = Message.objects.select_related("ticket__requester").get(ticket=event.ticket_id, seq=1)
    if first.ticket.channel == Channel.CHAT or first.deliveries.filter(purpose=PURPOSE.CONFIRMATION).exists():
        return
    requester = first.ticket.requester
    if is_answerable(first):
        queue_automatic_mail(message=first, person=requester, purpose=PURPOSE.CONFIRMATION)
        return
    reason = _("A machine may have sent this, and would answer us for ever: nothing goes out by itself.")
    hold_mail(message=first, person=requester, purpose=PURPOSE.CONFIRMATION, reason=reason)


def notify_assignee(event: MessagePosted) -> None:
    """Owe who handles the ticket a mail about what its requester wrote; not about what may be from anybody."""
    message = Message.objects.select_related("ticket__assignee__person").get(pk=event.message_id)
    if message.direction == Message.Direction.INBOUND and not (message.is_unverified or message.is_automatic):
        _notify(message, PURPOSE.NOTIFICATION)


def tell_of_failure(event: DeliveryFailed) -> None:
    """Owe who handles the ticket a mail about an answer that did not arrive."""
    delivery = MessageDelivery.objects.select_related("message__ticket__assignee__person").get(pk=event.delivery_id)
    if delivery.purpose == PURPOSE.REPLY:
        _notify(delivery.message, PURPOSE.UNDELIVERED)


def _notify(message: Message, purpose: str) -> None:
    assignee = message.ticket.assignee
    if assignee is None or not assignee.is_active or assignee.person_id == message.ticket.requester_id:
        return
    if message.deliveries.filter(purpose=purpose, person=assignee.person).exists():
        return
    news = MessageDelivery.objects.filter(message__ticket=message.ticket, person=assignee.person, purpose=purpose)
    if news.filter(created_at__gt=timezone.now() - timedelta(days=1)).exclude(state=STATE.HELD).count() < NEWS_A_DAY:
        queue_mail(message=message, person=assignee.person, purpose=purpose)
        return
    reason = _("There is so much news about this ticket today that machines may be writing to each other.")
    hold_mail(message=message, person=assignee.person, purpose=purpose, reason=reason)


def send_delivery(event: DeliveryQueued) -> None:
    """Send one mail and write down what became of it; what is settled already stays so."""
    delivery = MessageDelivery.objects.select_related("message__ticket", "person").get(pk=event.delivery_id)
    if delivery.state != STATE.QUEUED:
        return
    if settings.DEMO and not is_fictitious(delivery.address):
        reason = _("This is a demonstration: mail only goes to addresses that end in .example.")
        record_delivery(delivery=delivery, state=STATE.HELD, error=reason)
        return
    try:
        mail_for(delivery).send()
    except Exception as error:
        # Whatever went wrong is shown with the message, also when it is a fault of ours: no mail waits in silence.
        logger.warning("Mail %s was not sent.", delivery.pk, exc_info=True)
        _record_problem(delivery, error)
        return
    record_delivery(delivery=delivery, state=STATE.SENT)


def is_fictitious(address: str) -> bool:
    return address.lower().endswith(".example")


def _record_problem(delivery: MessageDelivery, error: Exception) -> None:
    reason = reason_of(error)
    if is_final(error):
        record_delivery(delivery=delivery, state=STATE.FAILED, error=reason)
        return
    if delivery.attempts >= len(SEND_DELAYS_S):
        given_up = _("Given up after %(count)d attempts. The last answer: %(reason)s")
        details = {"count": delivery.attempts + 1, "reason": reason}
        record_delivery(delivery=delivery, state=STATE.FAILED, error=given_up % details)
        return
    record_delivery(delivery=delivery, state=STATE.QUEUED, error=reason)
    raise TryLaterError(reason) from error
