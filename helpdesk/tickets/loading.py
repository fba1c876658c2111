"""Bringing the shipped queues and routes (`data/`) into the database: what is missing, never what somebody changed."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from helpdesk.accounts.actors import Actor
from helpdesk.accounts.policies import may_administer
from helpdesk.catalogue.models import Application
from helpdesk.kernel.policy import require
from helpdesk.kernel.services import service
from helpdesk.tickets.models import Queue, QueueRoute

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, kw_only=True)
class QueueReport:
    queues_created: int
    routes_created: int


@service
def load_queues(*, actor: Actor) -> QueueReport:
    """Create the queues and routes that never were here; one that was removed or changed stays so."""
    require(may_administer(actor))
    return QueueReport(queues_created=_create_queues(), routes_created=_create_routes())


def _create_queues() -> int:
    ever = set(Queue.history.values_list("slug", flat=True))
    new = [row for row in _rows("queues.csv") if row["slug"] not in ever]
    for row in new:
        takes_the_rest = row["is_default"] == "yes" and not Queue.objects.filter(is_default=True).exists()
        Queue.objects.create(slug=row["slug"], name=row["name"], is_default=takes_the_rest)
    return len(new)


def _create_routes() -> int:
    ever = set(QueueRoute.history.values_list("application_id", flat=True))
    applications = dict(Application.objects.exclude(pk__in=ever).values_list("slug", "pk"))
    queues = dict(Queue.objects.values_list("slug", "pk")) if applications else {}
    new = [
        QueueRoute(application_id=applications[row["application"]], queue_id=queues[row["queue"]])
        for row in _rows("routes.csv")
        if row["application"] in applications and row["queue"] in queues
    ]
    for route in new:
        route.save(force_insert=True)
    return len(new)


def _rows(name: str) -> Iterator[Mapping[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
