"""Mail as strangers and their machines send it: bytes, and what the product says of them."""

import json
import subprocess
import tempfile
import uuid
from collections.abc import Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.contract.installation import Installation
from tests.contract.visitor import Program, new_address

HELP = "help@contactpunt.example"


def words() -> str:
    """Return a text that nobody else's is like; letters only, because numbers make no other text of it."""
    return " ".join("".join(chr(ord("a") + int(digit, 16)) for digit in uuid.uuid4().hex[:8]) for _ in range(3))


def letter(
    text: str = "",
    *,
    sender: str = "",
    to: str = HELP,
    subject: str = "",
    pictures: Mapping[str, bytes] = MappingProxyType({}),
    **fields: str,
) -> bytes:
    """Return a mail of a person, its lines ended as they cross the wire; `in_reply_to` is the field In-Reply-To."""
    mail = EmailMessage(policy=policy.SMTP)
    for name, value in fields.items():
        mail[name.replace("_", "-").title()] = value
    mail["From"] = sender or f"Griet Vermeulen <{new_address()}>"
    mail["To"] = to
    mail["Subject"] = subject or f"Vraag {words()}"
    mail["Message-ID"] = f"<{uuid.uuid4()}@lokeren.example>"
    mail.set_content(text or words())
    for filename, content in pictures.items():
        mail.add_attachment(content, maintype="image", subtype="png", filename=filename)
    return mail.as_bytes()


def formatted_letter(html: str, picture: bytes, *, subject: str) -> bytes:
    """Return a mail with a layout, and a picture that it shows as cid:foto."""
    mail = message_from_bytes(letter(subject=subject), policy=policy.SMTP)
    assert isinstance(mail, EmailMessage)
    mail.add_alternative(html, subtype="html")
    part = list(mail.iter_parts())[-1]
    assert isinstance(part, EmailMessage)
    part.add_related(picture, maintype="image", subtype="png", cid="<foto>")
    return mail.as_bytes()


def offer(product: Installation, raw: bytes, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[bytes]":
    """Hand one mail to the pipe, as a mail server does."""
    return product.manage_bytes("ingest_mail", *arguments, content=raw, **variables)


def offer_folder(product: Installation, files: Mapping[str | bytes, bytes], **variables: str) -> list[dict[str, str]]:
    """Hand over a folder of mails and return the lines of the answer."""
    with tempfile.TemporaryDirectory() as folder:
        for name, raw in files.items():
            Path(folder, name if isinstance(name, str) else name.decode("utf-8", "surrogateescape")).write_bytes(raw)
        done = product.manage_bytes("ingest_mail", "--batch", folder, **variables)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def deliver(product: Installation, *mails: bytes) -> list[str]:
    """Hand over mails, wait until all that follows is done, and return their ids in order."""
    lines = offer_folder(product, {f"{number:03}": raw for number, raw in enumerate(mails)})
    product.settle()
    return [line["inbound_id"] for line in lines]


def stored_mails(product: Installation) -> dict[str, dict[str, Any]]:
    """Return what the product says of every mail, by id."""
    done = product.manage("inbound_mail", "--json")
    assert done.returncode == 0, done.stderr
    return {mail["id"]: mail for mail in map(json.loads, done.stdout.splitlines())}


def tickets_with(program: Program, subject: str) -> list[dict[str, Any]]:
    """Return the tickets with this subject that the program may see, among the newest."""
    newest = program.read("/tickets", order="-last_message_at", limit=200)["items"]
    return [ticket for ticket in newest if ticket["subject"] == subject]


def ticket_with(program: Program, subject: str) -> dict[str, Any]:
    (ticket,) = tickets_with(program, subject)
    return ticket


def reply_address(mail: EmailMessage) -> str:
    return parseaddr(mail["Reply-To"])[1]
