"""Reading incoming mail."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from helpdesk.accounts.actors import PersonActor
from helpdesk.mailbox.models import InboundMail
from helpdesk.mailbox.policies import may_handle_unread
from helpdesk.tickets.models import Channel, Message, Ticket
from helpdesk.tickets.querysets import served_queue_ids

STATE = InboundMail.State
# By then mail that can be read has been read.
STUCK_AFTER = timedelta(seconds=60)
REPEATED_WITHIN = timedelta(days=1)


def unread_mail() -> QuerySet[InboundMail]:
    """Return what could not be read, and what waits for so long that something must be wrong."""
    stuck = Q(state=STATE.RECEIVED, received_at__lt=timezone.now() - STUCK_AFTER)
    return InboundMail.objects.filter(Q(state=STATE.UNPROCESSABLE) | stuck)


def locked_mails(ids: Iterable[int]) -> list[InboundMail]:
    """Return the mails as they are now, in the order in which they came, held until the transaction ends."""
    rows = InboundMail.objects.select_for_update(of=("self",)).select_related("message")
    return list(rows.filter(pk__in=list(ids)).order_by("pk"))


def same_words(mail: InboundMail, fingerprint: str) -> QuerySet[InboundMail]:
    """Return mail in which the same sender said the same within a day: what a machine does, and a person seldom."""
    since = mail.received_at - REPEATED_WITHIN
    return InboundMail.objects.filter(fingerprint=fingerprint, received_at__gt=since).exclude(pk=mail.pk)


def not_answerable(messages: Iterable[Message]) -> set[int]:
    """Return the numbers of the messages to which no automatic answer may go out."""
    mailed = [message.pk for message in messages if message.channel == Channel.EMAIL]
    return set(InboundMail.objects.filter(message__in=mailed, is_answerable=False).values_list("message", flat=True))


def unread_mail_of(actor: PersonActor) -> QuerySet[InboundMail]:
    """Return what an agent can do something about: of the own queues, and what belongs to none for who takes that."""
    mine = Q(ticket__queue__in=served_queue_ids(actor))
    return unread_mail().filter(mine | Q(ticket=None) if may_handle_unread(actor) else mine).select_related("ticket")


def flagged(mails: QuerySet[InboundMail]) -> QuerySet[InboundMail]:
    """Add `shares_message_id`: whether another mail, with other bytes, says it has the same Message-ID."""
    same = InboundMail.objects.filter(message_id_header=OuterRef("message_id_header")).exclude(pk=OuterRef("pk"))
    return mails.annotate(shares_message_id=~Q(message_id_header="") & Exists(same))


def mail_of_message(ticket: Ticket, seq: int) -> InboundMail:
    """Return the mail a message of the ticket came in; `InboundMail.DoesNotExist` when it came another way."""
    mail = InboundMail.objects.select_related("message__body", "ticket")
    return mail.get(ticket=ticket, message__seq=seq)
