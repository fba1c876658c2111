"""A stored mail is read, and becomes what it is; whatever goes wrong stands beside it."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from helpdesk.kernel import files
from helpdesk.mailbox.events import MailStored
from helpdesk.mailbox.models import InboundMail
from helpdesk.mailbox.selectors import locked_mails
from helpdesk.mailbox.services import Outcome, record_outcome
from helpdesk.tickets.content import Upload, store_mailed
from integrations.mail.incoming import becoming, reasons
from integrations.mail.incoming.becoming import Arrival
from integrations.mail.incoming.trust import judge
from integrations.mail.parsing.parsed import UnprocessableError
from integrations.mail.reader.of_this_thread import read_mail
from integrations.mail.reading.automatic import is_own
from integrations.mail.reading.read import ReadMail

logger = logging.getLogger(__name__)

MINUTE, HOUR = 60, 3600
# A full disk or a machine without room for a process may last.
READ_DELAYS_S = (5, 30, 5 * MINUTE, 30 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR, 24 * HOUR)

# What is read together and then dealt with in one transaction; by far most mails are.
TOGETHER_BYTES = 2_000_000
TOGETHER_S = 3.0


class TooMuchAtOnceError(Exception):
    """Nothing is wrong with these mails; each goes alone."""


@dataclass(frozen=True)
class Reading:
    """What a stored mail says, and its files, stored; or why it cannot be read."""

    read: ReadMail | None
    uploads: tuple[Upload, ...] = ()
    problem: str = ""


def read_stored_mails(events: Sequence[MailStored]) -> dict[int, Reading]:
    """Read mails: what takes long, and what stands on disk before any row speaks of them."""
    stored = InboundMail.objects.filter(pk__in=[event.mail_id for event in events])
    waiting = list(stored.values_list("pk", "sha256", "size").order_by("pk"))
    if len(waiting) > 1 and sum(size for _pk, _sha256, size in waiting) > TOGETHER_BYTES:
        raise TooMuchAtOnceError("large mails are read one by one")
    began = time.monotonic()
    readings: dict[int, Reading] = {}
    for pk, sha256, _size in waiting:
        if readings and time.monotonic() - began > TOGETHER_S:
            raise TooMuchAtOnceError("beside a mail that takes long the others are read alone")
        readings[pk] = _read(sha256)
    return readings


def process_mails(_events: Sequence[MailStored], readings: Mapping[int, Reading]) -> None:
    """Deal with mails; done again this brings up to date what a mail became, and makes nothing twice."""
    for mail in locked_mails(readings):
        _process(mail, readings[mail.pk])


def _read(sha256: str) -> Reading:
    try:
        with files.open_file(sha256) as raw:
            read = read_mail(raw.read())
    except UnprocessableError as error:
        return Reading(None, problem=reasons.unprocessable(error.code))
    uploads = store_mailed(read.parsed.attachments)
    # They stand on disk; several mails with theirs in memory would be too much.
    return Reading(replace(read, parsed=replace(read.parsed, attachments=())), uploads)


def _process(mail: InboundMail, reading: Reading) -> None:
    if reading.read is None:
        _set_aside(mail, reading.problem)
        return
    arrival = Arrival(mail=mail, read=reading.read, uploads=reading.uploads)
    try:
        with transaction.atomic():
            outcome = _outcome(arrival)
    except DatabaseError:
        # Not this mail's fault: it is tried again.
        raise
    except Exception as error:
        # A fault of ours must not hide somebody's question: it is shown, and can be tried again.
        logger.exception("Mail %s could not be processed.", mail.pk)
        _set_aside(mail, _("Something went wrong on our side: %(error)s") % {"error": type(error).__name__})
        return
    record_outcome(mail=mail, outcome=outcome)


def _outcome(arrival: Arrival) -> Outcome:
    read = arrival.read
    if arrival.mail.message is not None:
        return becoming.reread(arrival, arrival.mail.message)
    if read.bounce is not None:
        return becoming.bounced(arrival, read.bounce)
    if is_own(read.parsed, domain=settings.INBOUND_DOMAIN):
        return becoming.ignored(arrival, _("This mail is from ourselves."))
    verdict = judge(read.parsed)
    if read.automatic and (not verdict.has_token or verdict.is_for_us):
        return becoming.ignored(arrival, reasons.automatic(read.automatic))
    return becoming.spoken(arrival, verdict)


def _set_aside(mail: InboundMail, reason: str) -> None:
    # What was understood before is not taken back because a reader fails now.
    if mail.state in {InboundMail.State.RECEIVED, InboundMail.State.UNPROCESSABLE}:
        record_outcome(mail=mail, outcome=Outcome(state=InboundMail.State.UNPROCESSABLE, reason=reason))
