"""The one way the bytes of a mail leave us: to save, to who may, and noted."""

import logging

from django.http import FileResponse, Http404

from helpdesk.accounts.actors import Actor
from helpdesk.kernel import files
from helpdesk.mailbox import policies
from helpdesk.mailbox.models import InboundMail
from helpdesk.tickets.downloads import file_response

logger = logging.getLogger(__name__)


def source_response(actor: Actor, mail: InboundMail) -> FileResponse:
    """Return the mail byte for byte when the actor may see its source, else there is no such page."""
    if not policies.may_read_source(actor, mail):
        raise Http404
    try:
        content = files.open_file(mail.sha256)
    except FileNotFoundError as error:
        logger.exception("the file of mail %s is gone", mail.pk)
        raise Http404 from error
    logger.info("%s took the source of mail %s", actor.code, mail.pk)
    return file_response(content, filename=f"mail-{mail.pk}.eml", content_type="message/rfc822")
