import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from helpdesk.accounts.actors import System
from helpdesk.mailbox.models import InboundMail
from helpdesk.mailbox.services import store_mail

CHUNK = 1 << 16


class EmptyError(Exception):
    """There is nothing in it: no mail, which has headers at least."""


class Command(BaseCommand):
    help = (
        "Store one mail from standard input, for a mail server's pipe. Exit code 0 means that it is safe with us, "
        f"{os.EX_TEMPFAIL} that it is not and must be offered again. Of a folder, {os.EX_DATAERR} means that all mail "
        "in it is safe, and that it has empty files, which trying again does not help."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=Path, metavar="DIR", help="store every file of a folder instead")
        parser.add_argument("--json", action="store_true", help="print one line of JSON for each mail")

    def handle(self, *_: Any, **options: Any) -> None:
        if options["batch"] is None:
            try:
                mail = self._stored(sys.stdin.buffer, "standard input")
            except EmptyError as error:
                # What should have filled the pipe may do so the next time; a mail server would send anything else back.
                raise CommandError("standard input is empty", returncode=os.EX_TEMPFAIL) from error
            self.stdout.write(_line(mail) if options["json"] else str(mail.pk))
            return
        if not options["batch"].is_dir():
            raise CommandError(f"{options['batch']} is no folder", returncode=os.EX_TEMPFAIL)
        self._store_folder(options["batch"])

    def _store_folder(self, folder: Path) -> None:
        failures = empty = 0
        for path in sorted(entry for entry in folder.iterdir() if entry.is_file()):
            try:
                with path.open("rb") as file:
                    mail = self._stored(file, path.name)
            except EmptyError:
                empty += 1
                self.stderr.write(f"{path.name} is empty, so it is no mail and was not stored")
                continue
            except (CommandError, OSError) as error:
                failures += 1
                self.stderr.write(str(error))
                continue
            self.stdout.write(_line(mail, file=path.name))
        if failures:
            raise CommandError(f"{failures} files were not stored; try again", returncode=os.EX_TEMPFAIL)
        if empty:
            raise CommandError(f"{empty} files are empty; all others are stored", returncode=os.EX_DATAERR)

    def _stored(self, file: BinaryIO, name: str) -> InboundMail:
        try:
            return store_mail(actor=System(), chunks=_not_empty(file), source=InboundMail.Source.PIPE)
        except (DatabaseError, OSError, ValueError) as error:
            raise CommandError(f"{name} was not stored: {error}", returncode=os.EX_TEMPFAIL) from error


def _not_empty(file: BinaryIO) -> Iterator[bytes]:
    first = file.read(CHUNK)
    if not first:
        raise EmptyError
    yield first
    while chunk := file.read(CHUNK):
        yield chunk


def _line(mail: InboundMail, **more: str) -> str:
    return json.dumps({**more, "inbound_id": str(mail.pk), "sha256": mail.sha256})
