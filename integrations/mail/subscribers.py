"""What mail does when something happened (`config/wiring.py`)."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.kernel.events import TryLaterError
from helpdesk.mailbox.selectors import not_answerable
from helpdesk.tickets.events import DeliveryFailed, DeliveryQueued, MessagePosted, TicketOpened
from helpdesk.tickets.models import Channel, Message, MessageDelivery
from helpdesk.tickets.services import Owed, owe_automatic_mail, owe_mail, record_delivery
from integrations.mail.letters import Addressed, letters_for, mail_for
from integrations.mail.posting import Post, one_post
from integrations.mail.refusals import is_final, reason_of

logger = logging.getLogger(__name__)

PURPOSE, STATE = MessageDelivery.Purpose, MessageDelivery.State
MINUTE, HOUR = 60, 3600
# To one colleague about one ticket.
NEWS_A_DAY = 20
SEND_DELAYS_S = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, 4 * HOUR, 12 * HOUR, 24 * HOUR)
# Longer than the longest conversation with a mail server in which each of its eleven answers comes just in time.
SEND_LEASE_S = 120
# Mail that goes out as it should is out long before; behind one that is slow no other waits.
SEND_TURN_S = 1.0


def queue_confirmations(events: list[TicketOpened]) -> None:
    """Owe each requester one confirmation; in a chat the answer is on the screen already."""
    opened = Message.objects.filter(ticket__in=[event.ticket_id for event in events], seq=1)
    opened = opened.exclude(ticket__channel=Channel.CHAT).exclude(deliveries__purpose=PURPOSE.CONFIRMATION)
    addressed = opened.select_related("ticket__requester").only("channel", "ticket__requester")
    first = list(addressed.order_by("pk"))
    machines = not_answerable(first)
    reason = _("A machine may have sent this, and would answer us for ever: nothing goes out by itself.")
    owe_automatic_mail(
        [
            Owed(
                message=message,
                person=message.ticket.requester,
                purpose=PURPOSE.CONFIRMATION,
                held=reason if message.pk in machines else "",
            )
            for message in first
        ]
    )


def notify_assignees(events: list[MessagePosted]) -> None:
    """Owe who handles a ticket a mail about what its requester wrote; not about what may be from anybody."""
    said = Message.objects.filter(pk__in=[event.message_id for event in events], direction=Message.Direction.INBOUND)
    told = said.filter(is_unverified=False, is_automatic=False, ticket__assignee__is_active=True)
    for message in told.select_related("ticket__assignee__person").order_by("pk"):
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
        held = ""
    else:
        held = _("There is so much news about this ticket today that machines may be writing to each other.")
    owe_mail([Owed(message=message, person=assignee.person, purpose=purpose, held=held)])


class Round:
    """Mails that go out in one turn: read together, at the first, and sent over one connection."""

    def __init__(self, events: Sequence[DeliveryQueued], post: Post) -> None:
        self._ids = [event.delivery_id for event in events]
        self.post = post

    @cached_property
    def letters(self) -> dict[int, Addressed]:
        return letters_for(self._ids)


@contextmanager
def one_round(events: Sequence[DeliveryQueued]) -> Iterator[Round]:
    with one_post(events) as post:
        yield Round(events, post)


def send_delivery(event: DeliveryQueued, mails: Round) -> None:
    """Send one mail and write down what became of it; what is settled already stays so."""
    addressed = mails.letters[event.delivery_id]
    delivery = addressed.delivery
    if delivery.state != STATE.QUEUED:
        return
    if settings.DEMO and not is_fictitious(delivery.address):
        reason = _("This is a demonstration: mail only goes to addresses that end in .example.")
        record_delivery(delivery=delivery, state=STATE.HELD, error=reason)
        return
    try:
        mails.post.send(mail_for(addressed))
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
