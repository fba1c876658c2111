"""`manage.py work --until-idle`: everything that waits, done now, in this process."""

import sys

from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpdesk.kernel import outbox


class Command(BaseCommand):
    help = "Runs every pending event and due delivery, also those that follow from them, then exits 0."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until-idle", action="store_true", help="exit when nothing is left to do")

    def handle(self, *_args: object, **options: object) -> None:
        if not options["until_idle"]:
            raise CommandError("use --until-idle; a worker that stays runs in `serve`, or as `celery -A config worker`")
        done = outbox.drain_until_idle()
        print(f"{done} deliveries", file=sys.stderr)  # noqa: T201 - messages go to stderr, stdout is for data
