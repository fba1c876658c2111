"""`manage.py restore FILE`: a backup in the place of everything there is."""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.backups.checking import checked
from config.backups.manifest import applied_migrations, require_same_shape
from config.backups.restoring import restore_backup
from config.backups.telling import in_plain_words, report
from helpdesk.accounts.models import User
from helpdesk.search.engine import EngineUnavailableError
from helpdesk.search.indexing import Progress, rebuild
from helpdesk.tickets.models import Ticket


class Command(BaseCommand):
    help = "Replaces everything by what is in FILE, once it proved to be whole; readers see before or after."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--json", action="store_true", help="print what was restored as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        began = time.monotonic()
        with in_plain_words(options["file"], writes_to=settings.VAR_DIR), options["file"].open("rb") as file:
            manifest = checked(file)
            require_same_shape(manifest)
            self.stderr.write(f"The backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC is whole.")
            _ask_first()
            restore_backup(file, manifest, self.stderr.write)
        self._rebuild_index()
        report(self, manifest, "Restored", options["file"], seconds=time.monotonic() - began, as_json=options["json"])

    def _rebuild_index(self) -> None:
        """Let search know what is here now; what keeps it from that loses nothing."""
        try:
            rebuild(progress=Progress(self.stderr.write))
        except EngineUnavailableError as error:
            self.stderr.write(f"The search index is not built: {error}. Run manage.py reindex.")


def _ask_first() -> None:
    """Let a person at a terminal say that what is there may go; a program knows what it does."""
    if not (sys.stdin.isatty() and applied_migrations()):
        return
    tickets, accounts = Ticket.objects.count(), User.objects.count()
    if not tickets and not accounts:
        return
    answer = input(f"This replaces {tickets} tickets and {accounts} accounts that are here now. Type yes to go on: ")
    if answer.strip().lower() != "yes":
        raise CommandError("Nothing was changed.")
