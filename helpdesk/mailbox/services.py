"""Writes to incoming mail: stored before anything else, then read, as often as asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from helpdesk.accounts.actors import Actor
from helpdesk.accounts.policies import may_administer
from helpdesk.kernel import files
from helpdesk.kernel.events import publish
from helpdesk.kernel.policy import require
from helpdesk.kernel.services import service
from helpdesk.mailbox import policies
from helpdesk.mailbox.events import MailStored
from helpdesk.mailbox.models import InboundMail
from helpdesk.tickets.models import Message, Ticket

MESSAGE_ID_LENGTH = 255
REREAD = 500


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a mail: a message, part of a ticket, or neither; `reason` says why in the reader's words."""

    state: str
    reason: str = ""
    message_id_header: str = ""
    is_verified: bool = False
    is_automatic: bool = False
    fingerprint: str = ""
    is_answerable: bool = True
    ticket: Ticket | None = None
    message: Message | None = None


def store_mail(*, actor: Actor, chunks: Iterable[bytes], source: str) -> InboundMail:
    """Keep a mail, byte for byte: when this returns it survives a power cut. The same bytes again are the same mail.

    A full disk raises `OSError`, a database that does not answer `DatabaseError`: then it is not stored.
    """
    stored = files.store(chunks)
    return _note_stored(actor=actor, stored=stored, source=source)


@service
def _note_stored(*, actor: Actor, stored: files.StoredFile, source: str) -> InboundMail:
    mail, is_new = InboundMail.objects.get_or_create(
        sha256=stored.sha256, defaults={"size": stored.size, "source": source}
    )
    if is_new:
        publish(MailStored(mail_id=mail.pk))
    return mail


def record_outcome(*, mail: InboundMail, outcome: Outcome) -> None:
    """Write down what became of a mail, inside the transaction that made it so."""
    InboundMail.objects.filter(pk=mail.pk).update(
        state=outcome.state,
        reason=outcome.reason,
        processed_at=max(timezone.now(), mail.received_at),
        message_id_header=outcome.message_id_header[:MESSAGE_ID_LENGTH],
        is_verified=outcome.is_verified,
        is_automatic=outcome.is_automatic,
        fingerprint=outcome.fingerprint,
        is_answerable=outcome.is_answerable,
        ticket=outcome.ticket,
        message=outcome.message,
    )


@service
def process_again(*, actor: Actor, mail: InboundMail) -> None:
    """Have one mail read once more; what it became already is brought up to date, never made twice."""
    require(policies.may_process_again(actor, mail))
    publish(MailStored(mail_id=mail.pk))


@service
def process_again_since(*, actor: Actor, since: datetime) -> int:
    """Have all mail read once more that came in from this moment on; return how many."""
    require(may_administer(actor))
    ids = InboundMail.objects.filter(received_at__gte=since).order_by("pk").values_list("pk", flat=True)
    count = 0
    for pk in ids.iterator(chunk_size=REREAD):
        publish(MailStored(mail_id=pk))
        count += 1
    return count
