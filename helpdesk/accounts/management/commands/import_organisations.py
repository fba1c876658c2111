"""`manage.py import_organisations [--json]`"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from helpdesk.accounts.actors import System
from helpdesk.accounts.organisation_import import ImportReport, import_organisations


class Command(BaseCommand):
    help = "Import the administrations the product ships. Repeated, it writes only what the data changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the counts as JSON on standard output")

    def handle(self, *_args: Any, **options: Any) -> None:
        report = import_organisations(actor=System())
        for line in _sentences(report):
            self.stderr.write(line, style_func=str)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report), ensure_ascii=False))


def _sentences(report: ImportReport) -> Iterator[str]:
    yield f"{report.current} administrations and {report.dissolved} dissolved predecessors in the data."
    if report.created or report.updated:
        yield f"{report.created} created, {report.updated} updated, {report.unchanged} unchanged."
    else:
        yield "Nothing to do: all of it is here already."
    if report.not_in_the_data:
        yield f"{report.not_in_the_data} known here but not in the data: left as they are."
    yield f"The data lacks the KBO number of {report.without_kbo_number} and the OVO code of {report.without_ovo_code}."
    yield f"Without a name in the data: {'; '.join(report.nameless) or 'none'}."
    yield f"Not a valid KBO number: {'; '.join(report.doubtful_kbo_numbers) or 'none'}."
