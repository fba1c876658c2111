"""A stored mail is read, and becomes what it is; whatever goes wrong stands beside it."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.translation import gettext as _

from helpdesk.kernel import files
from helpdesk.mailbox.events import MailStored
from helpdesk.mailbox.models import InboundMail
from helpdesk.mailbox.selectors import locked_mails
from helpdesk.mailbox.services import Outcome, record_outcome
from helpdesk.tickets.content import Upload, store_mailed
from helpdesk.tickets.services import NewTicket, open_tickets
from integrations.mail.incoming import becoming, reasons
from integrations.mail.incoming.becoming import Arrival
from integrations.mail.parsing.parsed import UnprocessableError
from integrations.mail.reader.of_this_thread import read_mail
from integrations.mail.reading.automatic import is_own
from integrations.mail.reading.read import ReadMail

logger = logging.getLogger(__name__)

MINUTE, HOUR = 60, 3600
# A full disk or a machine without room for a process may last.
READ_DELAYS_S = (5, 30, 5 * MINUTE, 30 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR, 24 * HOUR)

# What is read together and then dealt with in one transaction; by far most mails are.
TOGETHER_BYTES = 10_000_000
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
    mails = locked_mails(readings)
    arrivals = {mail.pk: arrival for mail in mails if (arrival := _arrival(mail, readings[mail.pk])) is not None}
    done = _open_together(arrivals.values())
    for mail in mails:
        if mail.pk not in arrivals:
            _set_aside(mail, readings[mail.pk].problem)
        elif mail.pk not in done:
            _process(arrivals[mail.pk])


def _read(sha256: str) -> Reading:
    try:
        with files.open_file(sha256) as raw:
            read = read_mail(raw.read())
    except UnprocessableError as error:
        return Reading(None, problem=reasons.unprocessable(error.code))
    uploads = store_mailed(read.parsed.attachments)
    # They stand on disk; several mails with theirs in memory would be too much.
    return Reading(replace(read, parsed=replace(read.parsed, attachments=())), uploads)


def _arrival(mail: InboundMail, reading: Reading) -> Arrival | None:
    return None if reading.read is None else Arrival(mail=mail, read=reading.read, uploads=reading.uploads)


def _open_together(arrivals: Iterable[Arrival]) -> set[int]:
    """Open in one go what asks something new; nothing when that fails: then each goes alone and shows its fault."""
    try:
        with transaction.atomic():
            asking = {arrival.mail.pk: (arrival, new) for arrival in arrivals if (new := _asked(arrival)) is not None}
            first = open_tickets(actor=becoming.SYSTEM, new=[new for _arrival, new in asking.values()])
            for (arrival, _new), message in zip(asking.values(), first, strict=True):
                record_outcome(mail=arrival.mail, outcome=becoming.first_of(arrival, message))
    except IntegrityError:
        # One of them was opened before.
        return set()
    except DatabaseError:
        raise
    except Exception:
        # Whatever one of them does wrong: alone it is told of that one, and the others become tickets.
        logger.warning("Mails could not be opened together, so each goes alone.", exc_info=True)
        return set()
    return set(asking)


def _asked(arrival: Arrival) -> NewTicket | None:
    """Return what a mail asks that is a new question and nothing else."""
    if _becomes(arrival) is not becoming.spoken or arrival.verdict.joins or arrival.verdict.relates_to:
        return None
    return becoming.asked(arrival, arrival.verdict)


def _process(arrival: Arrival) -> None:
    mail = arrival.mail
    try:
        with transaction.atomic():
            outcome = _becomes(arrival)(arrival)
    except DatabaseError:
        # Not this mail's fault: it is tried again.
        raise
    except Exception as error:
        # A fault of ours must not hide somebody's question: it is shown, and can be tried again.
        logger.exception("Mail %s could not be processed.", mail.pk)
        _set_aside(mail, _("Something went wrong on our side: %(error)s") % {"error": type(error).__name__})
        return
    record_outcome(mail=mail, outcome=outcome)


def _becomes(arrival: Arrival) -> Callable[[Arrival], Outcome]:
    """Say what a mail is."""
    read = arrival.read
    if arrival.mail.message is not None:
        return partial(becoming.reread, message=arrival.mail.message)
    if read.bounce is not None:
        return partial(becoming.bounced, bounce=read.bounce)
    if is_own(read.parsed, domain=settings.INBOUND_DOMAIN):
        return partial(becoming.ignored, reason=_("This mail is from ourselves."))
    if read.automatic and (not arrival.verdict.has_token or arrival.verdict.is_for_us):
        return partial(becoming.ignored, reason=reasons.automatic(read.automatic))
    return becoming.spoken


def _set_aside(mail: InboundMail, reason: str) -> None:
    # What was understood before is not taken back because a reader fails now.
    if mail.state in {InboundMail.State.RECEIVED, InboundMail.State.UNPROCESSABLE}:
        record_outcome(mail=mail, outcome=Outcome(state=InboundMail.State.UNPROCESSABLE, reason=reason))
