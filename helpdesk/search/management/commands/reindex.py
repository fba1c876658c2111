"""`manage.py reindex [--json]`: build the index anew while the old one answers."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpdesk.search.engine import EngineUnavailableError, engine
from helpdesk.search.indexing import rebuild

TELL_EVERY_S = 1.0


class Command(BaseCommand):
    help = "Learns the words of all that can be found, indexes it anew beside the index in use, and puts it in place."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON on standard output")

    def handle(self, *_args: Any, **options: Any) -> None:
        began = time.monotonic()
        try:
            objects = rebuild(engine=engine(), progress=Told(self.stderr.write))
        except EngineUnavailableError as error:
            raise CommandError(str(error)) from None
        seconds = round(time.monotonic() - began, 1)
        self.stderr.write(f"{objects} indexed in {seconds} s.", style_func=str)
        if options["json"]:
            self.stdout.write(json.dumps({"objects": objects, "seconds": seconds, "backend": engine().name}))


class Told:
    """Says how far it is, now and then."""

    def __init__(self, write: Any) -> None:
        self._write = write
        self._told_at = time.monotonic()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if time.monotonic() - self._told_at >= TELL_EVERY_S or (done == total and total):
            self._told_at = time.monotonic()
            self._write(f"{stage}: {done} of {total}", style_func=str)
