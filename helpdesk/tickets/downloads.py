"""The one way a file of a ticket leaves us: to save, never to show. Files are from strangers."""

import logging
from typing import BinaryIO
from uuid import UUID

from django.http import FileResponse, Http404

from helpdesk.accounts.actors import Actor
from helpdesk.kernel import files
from helpdesk.tickets.content import KNOWN_TYPES, OCTETS
from helpdesk.tickets.models import Attachment

logger = logging.getLogger(__name__)

SANDBOX = "sandbox; default-src 'none'"


def attachment_response(actor: Actor, attachment_id: UUID) -> FileResponse:
    """Return the file when the actor may see it, else there is no such page."""
    attachment = Attachment.objects.visible_to(actor).filter(pk=attachment_id).first()
    if attachment is None:
        raise Http404
    try:
        content = files.open_file(attachment.sha256)
    except FileNotFoundError as error:
        logger.exception("the file of attachment %s is gone", attachment_id)
        raise Http404 from error
    known_type = attachment.content_type if attachment.content_type in KNOWN_TYPES else OCTETS
    return file_response(content, filename=attachment.filename, content_type=known_type)


def file_response(content: BinaryIO, *, filename: str, content_type: str) -> FileResponse:
    """Return a file to save, which no browser may open as a page of ours."""
    return FileResponse(
        content,
        as_attachment=True,
        filename=filename,
        content_type=content_type,
        headers={
            "Content-Security-Policy": SANDBOX,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )
