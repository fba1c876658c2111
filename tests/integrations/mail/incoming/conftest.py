"""Mail from outside, as bytes, and what it became."""

from collections.abc import Callable
from email.message import EmailMessage
from itertools import count

import pytest

from helpdesk.accounts.actors import System
from helpdesk.mailbox.models import InboundMail
from helpdesk.mailbox.services import store_mail
from integrations.mail.addresses import message_id, reply_address
from tests import factories

AN = "An Peeters <an.peeters@aalter.example>"
HELP = "help@contactpunt.example"
SERVER = "mx.contactpunt.example"
_numbers = count(1)


def passed(domain: str, server: str = SERVER) -> str:
    """What our own server writes about a mail that is from this domain."""
    return f"{server}; spf=pass smtp.mailfrom={domain}; dmarc=pass (p=REJECT) header.from={domain}"


def letter(
    text: str = "Ik geraak niet binnen in het loket.",
    *,
    sender: str = AN,
    to: str = HELP,
    subject: str = "Kan niet aanmelden",
    fields: tuple[tuple[str, str], ...] = (),
    files: tuple[tuple[str, bytes], ...] = (),
    html: str = "",
) -> bytes:
    mail = EmailMessage()
    for name, value in fields:
        mail[name] = value
    if sender:
        mail["From"] = sender
    mail["To"], mail["Subject"] = to, subject
    if "Message-ID" not in mail:
        mail["Message-ID"] = f"<{next(_numbers)}@aalter.example>"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


@pytest.fixture
def arrive(db, run_outbox, settings, tmp_path) -> Callable[[bytes], InboundMail]:
    """Store a mail, do all that follows, and return its row as it is then."""
    settings.FILES_DIR = tmp_path / "files"
    settings.TRUSTED_AUTHSERV_ID = SERVER
    factories.queue()

    def arrived(raw: bytes) -> InboundMail:
        mail = store_mail(actor=System(), chunks=[raw], source="pipe")
        run_outbox()
        return InboundMail.objects.select_related("ticket", "message__body").get(pk=mail.pk)

    return arrived


@pytest.fixture
def asked(arrive, run_outbox):
    """A ticket of An whose confirmation went out; replies to it have an address and an id to refer to."""
    ticket = factories.ticket(requester=("An Peeters", "an.peeters@aalter.example"))
    run_outbox()
    return ticket


def token_of(ticket, person=None) -> str:
    return reply_address(ticket.pk, person.pk if person else ticket.requester_id)


def reference_to(ticket) -> tuple[str, str]:
    delivery = ticket.messages.get(seq=1).deliveries.get()
    return ("In-Reply-To", message_id(delivery.pk))
