import json
import shutil
import sys
from argparse import ArgumentParser
from hashlib import sha256
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.kernel import files
from helpdesk.kernel.redaction import mask_national_numbers
from helpdesk.mailbox.models import InboundMail
from integrations.mail.parsing.parsed import ParsedAttachment, ParsedMail, UnprocessableError
from integrations.mail.reader.of_this_thread import read_mail

CHUNK = 200


class Command(BaseCommand):
    help = "Say what became of every mail that came in, or write one of them byte for byte."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one line of JSON for each mail, with what it says")
        parser.add_argument("--raw", type=int, metavar="ID", help="write the bytes of this mail to standard output")

    def handle(self, *_: Any, **options: Any) -> None:
        if options["raw"] is not None:
            self._write_raw(options["raw"])
            return
        for mail in InboundMail.objects.select_related("ticket").order_by("pk").iterator(chunk_size=CHUNK):
            known = _known(mail)
            line = json.dumps({**known, **_said(mail)}) if options["json"] else _plain(known)
            self.stdout.write(line)

    def _write_raw(self, pk: int) -> None:
        mail = InboundMail.objects.filter(pk=pk).first()
        if mail is None:
            raise CommandError(f"there is no mail {pk}")
        self.stdout.flush()
        with files.open_file(mail.sha256) as raw:
            shutil.copyfileobj(raw, sys.stdout.buffer)


def _known(mail: InboundMail) -> dict[str, Any]:
    return {
        "id": str(mail.pk),
        "sha256": mail.sha256,
        "state": mail.state,
        "reason": mail.reason,
        "ticket": mail.ticket.reference if mail.ticket else None,
        "verified": mail.is_verified,
        "automatic": mail.is_automatic,
    }


def _plain(known: dict[str, Any]) -> str:
    return "  ".join(str(known[name] or "-") for name in ("id", "state", "ticket", "reason"))


def _said(mail: InboundMail) -> dict[str, Any]:
    """Return what the mail says, read again from its bytes: no row keeps it."""
    try:
        with files.open_file(mail.sha256) as raw:
            parsed: ParsedMail | None = read_mail(raw.read()).parsed
    except UnprocessableError:
        parsed = None
    return {
        "subject": mask_national_numbers(parsed.subject)[0] if parsed else "",
        "from": next((sender.address for sender in parsed.senders), "") if parsed else "",
        "text": mask_national_numbers(parsed.text)[0] if parsed else "",
        "attachments": [_attachment(part) for part in parsed.attachments] if parsed else [],
    }


def _attachment(part: ParsedAttachment) -> dict[str, Any]:
    return {
        "filename": part.filename,
        "content_type": part.content_type,
        "size": len(part.content),
        "sha256": sha256(part.content).hexdigest(),
    }
