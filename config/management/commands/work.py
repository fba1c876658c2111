"""`manage.py work --until-idle [--json]`: everything that waits, done now, in this process."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpdesk.kernel import outbox
from helpdesk.kernel.backlog import backlog


class Command(BaseCommand):
    help = "Runs every pending event and due delivery, also those that follow from them, then exits 0."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until-idle", action="store_true", help="exit when nothing is left to do")
        parser.add_argument("--json", action="store_true", help="print what was done and what is left as JSON")

    def handle(self, *_args: object, **options: Any) -> None:
        if not options["until_idle"]:
            raise CommandError("use --until-idle; a worker that stays runs in `serve`, or as `celery -A config worker`")
        done = outbox.drain_until_idle()
        self.stderr.write(f"{done} deliveries", style_func=str)
        if options["json"]:
            left = backlog()
            self.stdout.write(json.dumps({"deliveries": done, "pending": left.pending, "dead": left.dead}))
