"""A mail of ours came back: which one, and what its reader is told."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from helpdesk.kernel.text import clean_line
from helpdesk.tickets.models import MessageDelivery
from helpdesk.tickets.services import record_bounce
from integrations.mail.addresses import read_message_id, read_reply_address
from integrations.mail.parsing.parsed import ParsedMail
from integrations.mail.reading.bounces import Bounce

REASON_LENGTH = 500
CANDIDATES = 20
FAILED = "failed"


def note_bounce(mail: ParsedMail, bounce: Bounce) -> MessageDelivery | None:
    """Mark the delivery that came back; None when it is none of ours. A delay is no failure and changes nothing."""
    delivery = next(_deliveries(mail, bounce), None)
    if delivery is not None and bounce.action == FAILED:
        record_bounce(delivery=delivery, error=_reason(bounce))
    return delivery


def _deliveries(mail: ParsedMail, bounce: Bounce) -> Iterator[MessageDelivery]:
    """Yield the delivery it names by a Message-ID of ours, or the last one to whom its reply address stands for."""
    known = MessageDelivery.objects.select_related("message__ticket")
    for text in bounce.original_message_ids[:CANDIDATES]:
        if (pk := read_message_id(text)) is not None:
            yield from known.filter(pk=pk)
    for address in mail.recipients:
        if (ids := read_reply_address(address)) is not None:
            ticket_id, person_id = ids
            yield from known.filter(message__ticket=ticket_id, person=person_id).order_by("-pk")[:1]


def _reason(bounce: Bounce) -> str:
    said = clean_line(f"{bounce.status} {bounce.diagnostic}")[:REASON_LENGTH]
    return _("It came back: %(reason)s") % {"reason": said} if said else _("It came back.")
