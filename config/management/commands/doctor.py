"""`manage.py doctor`: which engines are active, and do they answer?"""

import json
import sys
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandParser

from config.engines import PROBES, Report, examine


class Command(BaseCommand):
    help = "Lists every engine, its version and whether it answered; exit code 1 when one did not."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *_args: object, **options: object) -> None:
        reports = [examine(name, probe) for name, probe in PROBES.items()]
        healthy = all(report.ok for report in reports)
        if options["json"]:
            self.stdout.write(json.dumps({"ok": healthy, "engines": [asdict(report) for report in reports]}))
        else:
            for report in reports:
                self.stdout.write(_line(report))
        if not healthy:
            sys.exit(1)


def _line(report: Report) -> str:
    verdict = "ok" if report.ok else "FAILED"
    engine = f"{report.engine} {report.version}".strip()
    return f"{report.name:<14} {verdict:<7} {engine:<20} {report.detail}".rstrip()
