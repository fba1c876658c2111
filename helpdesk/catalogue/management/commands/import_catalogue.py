"""`manage.py import_catalogue [--json]`"""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from helpdesk.accounts.actors import System
from helpdesk.catalogue.loading import Loaded, load_catalogue


class Command(BaseCommand):
    help = "Import the applications and categories the product ships. Repeated, it writes only what the data changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the counts as JSON on standard output")

    def handle(self, *_args: Any, **options: Any) -> None:
        report = load_catalogue(actor=System())
        for name, loaded in (("Applications", report.applications), ("Categories", report.categories)):
            self.stderr.write(f"{name}: {_sentence(loaded)}", style_func=str)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report)))


def _sentence(loaded: Loaded) -> str:
    return f"{loaded.created} created, {loaded.updated} updated, {loaded.unchanged} unchanged."
