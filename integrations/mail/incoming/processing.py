"""A stored mail is read, and becomes what it is; whatever goes wrong stands beside it."""

import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from helpdesk.kernel import files
from helpdesk.mailbox.events import MailStored
from helpdesk.mailbox.models import InboundMail
from helpdesk.mailbox.selectors import locked_mail
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


@dataclass(frozen=True)
class Reading:
    """What a stored mail says, and its files, stored; or why it cannot be read."""

    read: ReadMail | None
    uploads: tuple[Upload, ...] = ()
    problem: str = ""


def read_stored_mail(event: MailStored) -> Reading:
    """Read a mail: what takes long, and what stands on disk before any row speaks of it."""
    sha256 = InboundMail.objects.values_list("sha256", flat=True).get(pk=event.mail_id)
    try:
        with files.open_file(sha256) as raw:
            read = read_mail(raw.read())
    except UnprocessableError as error:
        return Reading(None, problem=reasons.unprocessable(error.code))
    return Reading(read, store_mailed(read.parsed.attachments))


def process_mail(event: MailStored, reading: Reading) -> None:
    """Deal with a mail; done again it brings up to date what the mail became, and makes nothing twice."""
    mail = locked_mail(event.mail_id)
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
