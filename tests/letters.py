"""Mail from outside, as bytes."""

from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from itertools import count

from integrations.mail.addresses import message_id, reply_address

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
    parts: tuple[Message, ...] = (),
) -> bytes:
    mail: Message = MIMEText(text, "plain", "utf-8")
    if parts:
        kind = "alternative" if parts[0].get_content_subtype() == "html" else "mixed"
        mail = MIMEMultipart(kind, _subparts=[mail, *parts])
    given = [*fields, *([("From", sender)] if sender else []), ("To", to), ("Subject", subject)]
    if "Message-ID" not in dict(fields):
        given.append(("Message-ID", f"<{next(_numbers)}@aalter.example>"))
    return b"".join(f"{name}: {value}\n".encode() for name, value in given) + mail.as_bytes()


def file(name: str, content: bytes) -> Message:
    part = MIMEApplication(content)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


def html(text: str) -> Message:
    return MIMEText(text, "html", "utf-8")


def token_of(ticket, person=None) -> str:
    return reply_address(ticket.pk, person.pk if person else ticket.requester_id)


def reference_to(ticket) -> tuple[str, str]:
    delivery = ticket.messages.get(seq=1).deliveries.get()
    return ("In-Reply-To", message_id(delivery.pk))
