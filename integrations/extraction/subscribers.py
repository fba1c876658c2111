"""The words in files that came with a message, kept for finding them."""

import logging
import time

from helpdesk.accounts.actors import System
from helpdesk.kernel import files
from helpdesk.tickets.events import FilesAttached
from helpdesk.tickets.models import Attachment
from helpdesk.tickets.selectors import unread_attachments
from helpdesk.tickets.services import keep_attachment_text
from integrations.extraction.extract import is_readable, words_in
from integrations.extraction.formats import UnreadableError

logger = logging.getLogger(__name__)
# A message whose files take longer together keeps the others waiting: the rest of its files is not searched.
BUDGET_S = 30.0
LEASE_S = 120


def read_attachments(event: FilesAttached) -> None:
    """Read each file of the message that was not read yet; one that cannot be read has no words."""
    began = time.monotonic()
    for attachment in unread_attachments(event.message_id):
        is_in_time = time.monotonic() - began < BUDGET_S
        text = _words_of(attachment) if is_in_time else ""
        keep_attachment_text(actor=System(), attachment=attachment, text=text)


def _words_of(attachment: Attachment) -> str:
    if not is_readable(attachment.filename, attachment.size):
        return ""
    try:
        with files.open_file(attachment.sha256) as file:
            return words_in(file, attachment.filename)
    except UnreadableError as reason:
        logger.warning("Attachment %s is not searched: %s", attachment.pk, reason)
        return ""
