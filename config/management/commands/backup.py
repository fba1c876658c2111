"""`manage.py backup FILE`: everything there is, in one file, while the product serves."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from config.backups.taking import take_backup
from config.backups.telling import in_plain_words, report


class Command(BaseCommand):
    help = "Writes every row, every file and the secret key to FILE, whole or not at all; the product may run."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--json", action="store_true", help="print what is in it as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        began = time.monotonic()
        with in_plain_words(options["file"], writes_to=options["file"]):
            manifest = take_backup(options["file"])
        report(self, manifest, "Backed up", options["file"], seconds=time.monotonic() - began, as_json=options["json"])
