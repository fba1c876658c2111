"""`manage.py work`: the background work of servers that share a Redis; `--until-idle`: everything that waits, now."""

import json
import logging
import os
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.celery import app
from config.serving import (
    CannotStartError,
    ignore_signals,
    leave_on_signal,
    refuse_without_tables,
    share_heaps,
)
from config.worker import Worker
from helpdesk.kernel import outbox
from helpdesk.kernel.backlog import backlog
from knowledgebase.tasks import do_what_is_due

logger = logging.getLogger(__name__)

# Whoever waits for a page goes before what happens after it, when both want the processor.
NICENESS = 5


class Command(BaseCommand):
    help = "Does the background work of servers with the same REDIS_URL until SIGTERM or SIGINT; may run several times."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--until-idle",
            action="store_true",
            help="run every pending event and due delivery here, also those that follow from them, then exit 0",
        )
        parser.add_argument(
            "--json", action="store_true", help="with --until-idle: print what was done and what is left"
        )

    def handle(self, *_args: object, **options: Any) -> None:
        if options["until_idle"]:
            self._work_until_idle(as_json=options["json"])
            return
        if options["json"]:
            raise CommandError("--json goes with --until-idle: a worker that stays has nothing to report")
        if settings.EMBEDDED:
            raise CommandError("without REDIS_URL `serve` does the work itself; use --until-idle for what waits now")
        try:
            refuse_without_tables()
        except CannotStartError as error:
            raise CommandError(str(error)) from None
        _work_until_signal()

    def _work_until_idle(self, *, as_json: bool) -> None:
        do_what_is_due()
        done = outbox.drain_until_idle()
        self.stderr.write(f"{done} deliveries", style_func=str)
        if as_json:
            left = backlog()
            self.stdout.write(json.dumps({"deliveries": done, "pending": left.pending, "dead": left.dead}))


def _work_until_signal() -> None:
    os.nice(NICENESS)
    leave_on_signal()
    share_heaps()
    worker = Worker(app, app.connection_for_read)
    worker.start()
    logger.info("Working.")
    try:
        Event().wait()
    finally:
        ignore_signals()
        worker.stop()
        logger.info("Stopped.")
