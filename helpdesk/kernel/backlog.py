"""How much work waits in the outbox, for readiness, metrics and /beheer/."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q
from django.utils import timezone

from helpdesk.kernel.models import EventDelivery, OutboxEvent


@dataclass(frozen=True)
class Backlog:
    """`oldest_s`: how long the work that could have been done already waits; a retry that is not due does not count."""

    pending: int
    oldest_s: int
    dead: int


def backlog() -> Backlog:
    now = timezone.now()
    new = OutboxEvent.objects.filter(fanned_out_at=None).aggregate(number=Count("pk"), since=Min("created_at"))
    undone = EventDelivery.objects.filter(state=EventDelivery.State.PENDING).aggregate(
        number=Count("pk"), since=Min("due_at", filter=Q(due_at__lte=now))
    )
    dead = EventDelivery.objects.filter(state=EventDelivery.State.DEAD).count()
    oldest = max(_seconds_since(new["since"], now), _seconds_since(undone["since"], now))
    return Backlog(pending=new["number"] + undone["number"], oldest_s=oldest, dead=dead)


def _seconds_since(moment: datetime | None, now: datetime) -> int:
    return max(0, int((now - moment).total_seconds())) if moment else 0
