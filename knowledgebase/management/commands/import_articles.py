"""`manage.py import_articles [--json]`"""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpdesk.accounts.actors import System
from knowledgebase.loading import ShippedFileError, import_articles


class Command(BaseCommand):
    help = "Import the articles the product ships. Repeated, it writes only what the files changed and no editor did."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the counts as JSON on standard output")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            report = import_articles(actor=System())
        except ShippedFileError as error:
            raise CommandError(str(error)) from error
        self.stderr.write(
            f"Articles: {report.created} created, {report.updated} updated, {report.unchanged} unchanged, "
            f"{report.kept} kept as an editor made them.",
            style_func=str,
        )
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report)))
