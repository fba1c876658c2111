"""`manage.py reindex [--kind KIND] [--json]`: build the index anew while the old one answers."""

import json
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpdesk.search.engine import EngineUnavailableError, ObjectRef
from helpdesk.search.indexing import BATCH, Progress, index, rebuild
from helpdesk.search.sources import sources


class Command(BaseCommand):
    help = "Learns the words of all that can be found, indexes it anew beside the index in use, and puts it in place."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", help="only look again at all of this kind, within the index in use")
        parser.add_argument("--json", action="store_true", help="print the result as JSON on standard output")

    def handle(self, *_args: Any, **options: Any) -> None:
        began = time.monotonic()
        try:
            objects = self._reindex(options["kind"])
        except EngineUnavailableError as error:
            raise CommandError(str(error)) from None
        seconds = round(time.monotonic() - began, 1)
        self.stderr.write(f"{objects} indexed in {seconds} s.", style_func=str)
        if options["json"]:
            self.stdout.write(json.dumps({"objects": objects, "seconds": seconds, "backend": settings.SEARCH_BACKEND}))

    def _reindex(self, kind: str | None) -> int:
        progress = Progress(lambda line: self.stderr.write(line, style_func=str))
        if kind is None:
            return rebuild(progress=progress)
        if kind not in sources():
            raise CommandError(f"--kind is one of {', '.join(sources())}")
        refs = [ObjectRef(kind, object_id) for object_id in sources()[kind].ids()]
        for start in range(0, len(refs), BATCH):
            progress(kind, start, len(refs))
            index(refs[start : start + BATCH])
        return len(refs)
