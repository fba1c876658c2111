"""Files of a ticket: upload one for a message, download one."""

from uuid import UUID

from django.http import FileResponse, HttpResponse
from ninja import File, Router, UploadedFile

from helpdesk.kernel.policy import RefusedError, require
from helpdesk.tickets import policies
from helpdesk.tickets.content import store_upload
from helpdesk.tickets.downloads import attachment_response
from helpdesk.tickets.models import Attachment
from helpdesk.tickets.selectors import ticket_called
from helpdesk.tickets.services import attach_file
from integrations.api import shapes
from integrations.api.answers import bytes_of, created_answer
from integrations.api.bearer import ApiRequest, Bearer
from integrations.api.problems import not_found, wrong
from integrations.api.representations import attachment_shape
from integrations.api.services import Created, create_once

router = Router(tags=["Attachments"])


@router.post(
    "/{reference}/attachments",
    auth=Bearer("tickets:write"),
    response={201: shapes.Attachment},
    summary="Upload a file for a message",
)
def create_attachment(request: ApiRequest, reference: str, file: File[UploadedFile]) -> HttpResponse:
    """Store a file of at most 25 MB; give its id in `attachment_ids` of your next message."""
    actor = request.auth.actor
    ticket = ticket_called(actor, reference)
    require(policies.may_reply(actor, ticket))
    try:
        upload = store_upload(filename=file.name or "", chunks=file.chunks())
    except RefusedError as refusal:
        raise wrong("/file", str(refusal)) from refusal

    def attach() -> Created:
        shape = attachment_shape(attach_file(actor=actor, ticket=ticket, upload=upload), ticket.reference)
        return Created(bytes_of(shape), location=shape.url)

    # The content by its hash: each try of the same form has another boundary.
    content = f"{upload.filename}\n{upload.sha256}".encode()
    created = create_once(request, caller=actor.code, content=content, effect=attach)
    return created_answer(created.body, location=created.location, replayed=created.replayed)


@router.get("/{reference}/attachments/{uuid:attachment_id}", auth=Bearer("tickets:read"), summary="Download a file")
def download_attachment(request: ApiRequest, reference: str, attachment_id: UUID) -> FileResponse:
    """Return the bytes, always to save and never to show."""
    actor = request.auth.actor
    ticket = ticket_called(actor, reference)
    if not Attachment.objects.visible_to(actor).filter(pk=attachment_id, ticket=ticket).exists():
        raise not_found()
    return attachment_response(actor, attachment_id)
