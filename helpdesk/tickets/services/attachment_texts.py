"""What files say, for finding them."""

from helpdesk.accounts.actors import Actor
from helpdesk.kernel.events import publish
from helpdesk.kernel.redaction import mask_national_numbers
from helpdesk.kernel.services import service
from helpdesk.kernel.text import clean_text
from helpdesk.search.events import DocumentsChanged
from helpdesk.tickets.models import Attachment, AttachmentText


@service
def keep_attachment_text(*, actor: Actor, attachment: Attachment, text: str) -> None:
    """Keep the words of a file, without rijksregisternummers; "" says that there are none."""
    words, _hidden = mask_national_numbers(clean_text(text))
    AttachmentText.objects.update_or_create(attachment=attachment, defaults={"text": words})
    if words:
        publish(DocumentsChanged(kind="ticket", object_ids=[attachment.ticket_id]))
