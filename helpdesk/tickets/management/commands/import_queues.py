"""`manage.py import_queues [--json]`"""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from helpdesk.accounts.actors import System
from helpdesk.tickets.loading import load_queues


class Command(BaseCommand):
    help = "Create the queues and routes the product ships (after import_catalogue). What exists stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the counts as JSON on standard output")

    def handle(self, *_args: Any, **options: Any) -> None:
        report = load_queues(actor=System())
        self.stderr.write(f"{report.queues_created} queues and {report.routes_created} routes created.", style_func=str)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report)))
