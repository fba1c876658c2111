"""`manage.py fetch_mail`: everything new in the mailbox of `IMAP_URL`, stored."""

import json
import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from integrations.mail.fetching import FAILURES, fetch_new, left_behind
from integrations.mail.imap import Mailbox


class Command(BaseCommand):
    help = "Fetch new mail and try once more what was left behind. Exit code 75: not done, try again later."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print what was done as JSON")

    def handle(self, *_: Any, **options: Any) -> None:
        if settings.IMAP is None:
            raise CommandError("IMAP_URL is not set")
        box = Mailbox(**settings.IMAP)
        try:
            stored = fetch_new(box)
        except FAILURES as error:
            raise CommandError(f"{box.account}: {error}", returncode=os.EX_TEMPFAIL) from error
        found = {"stored": stored, "left": left_behind(box)}
        if options["json"]:
            self.stdout.write(json.dumps(found))
        else:
            self.stderr.write(f"stored: {found['stored']}, left in the mailbox: {found['left']}")
