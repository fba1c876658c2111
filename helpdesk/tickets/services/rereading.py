"""A mail is read once more, by a reader that has learned: the message it became says what it says now."""

from collections import Counter
from collections.abc import Iterable

from helpdesk.accounts.actors import System
from helpdesk.kernel.services import service
from helpdesk.tickets.content import MailContent, Upload, clean_body
from helpdesk.tickets.models import Message, MessageBody
from helpdesk.tickets.services.writing import attach, columns_of


@service
def reread_message(*, actor: System, message: Message, text: str, mail: MailContent, uploads: Iterable[Upload]) -> None:
    """Bring the words and files of a mailed message up to date; nothing is taken away and nobody is told."""
    MessageBody.objects.filter(message=message).update(text=clean_body(text), **columns_of(mail))
    known = message.attachments.values_list("sha256", flat=True)
    attach(message, _beyond(known, uploads), actor.code)


def _beyond(known: Iterable[str], uploads: Iterable[Upload]) -> list[Upload]:
    """Return the files that are not there yet, whatever they are called; two with the same bytes are two."""
    left = Counter(known)
    new = []
    for upload in uploads:
        if left[upload.sha256]:
            left[upload.sha256] -= 1
        else:
            new.append(upload)
    return new
