import json
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from helpdesk.kernel import outbox
from helpdesk.kernel.events import HANDS_OUT
from helpdesk.tickets.models import MessageDelivery


class Command(BaseCommand):
    help = "Send the mail that is due now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print what became of it as JSON")

    def handle(self, *_: Any, **options: Any) -> None:
        waiting = list(MessageDelivery.objects.filter(state="queued").values_list("pk", flat=True))
        for lane in (HANDS_OUT, "slow"):
            outbox.drain(lane)
        counts = _states_of(waiting)
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stderr.write(", ".join(f"{state}: {count}" for state, count in counts.items()))


def _states_of(ids: list[int]) -> dict[str, int]:
    now = Counter(MessageDelivery.objects.filter(pk__in=ids).values_list("state", flat=True))
    return {str(state): now[state] for state in MessageDelivery.State.values}
