"""The queue of record: new events are handed out to lanes, and what is due in a lane is done.

Safe to run in any number of threads and processes (`leases`); how it is run stands in `running`.
"""

import threading
from contextlib import nullcontext
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from helpdesk.kernel import doorbell, leases
from helpdesk.kernel.events import HANDS_OUT, deliveries_of, handing_out
from helpdesk.kernel.leases import DONE, PENDING
from helpdesk.kernel.models import EventDelivery, OutboxEvent
from helpdesk.kernel.running import at_work, run

LANES = (HANDS_OUT, "mail", "slow", "files", "index")
# How many events are handed out in one transaction.
BATCH = 50
FORGET = 1000

# Set while this process stops: drains then end after what they have claimed.
finishing = threading.Event()


def drain(lane: str) -> int:
    """Run what is due in a lane until nothing is left; return how many deliveries were tried."""
    tried = 0
    with at_work(lane), handing_out() if lane == HANDS_OUT else nullcontext():
        while not finishing.is_set():
            claimed = (fan_out() if lane == HANDS_OUT else []) or leases.claim(lane)
            if not claimed:
                break
            tried += run(claimed)
    return tried


def drain_until_idle() -> int:
    """Run every pending event and due delivery of all lanes, also those that come of them."""
    total = 0
    while done := sum(drain(lane) for lane in LANES):
        total += done
    return total


def is_waiting(lane: str) -> bool:
    return (lane == HANDS_OUT and _new().exists()) or leases.due(lane).exists()


def fan_out() -> list[EventDelivery]:
    """Give each new event one delivery for each of its subscribers, and wake the workers of the lanes these are for.

    Returns what is for the lane that hands out, claimed already: it need not be looked for.
    """
    while _new().exists():
        with transaction.atomic():
            events = list(leases.for_update(_new().order_by("id"))[:BATCH])
            deliveries = [delivery for event in events for delivery in deliveries_of(event)]
            mine = [delivery for delivery in deliveries if delivery.lane == HANDS_OUT]
            leases.begin(mine)
            EventDelivery.objects.bulk_create(deliveries)
            OutboxEvent.objects.filter(pk__in=[event.pk for event in events]).update(fanned_out_at=Now())
        leases.take_in_hand(mine)
        for other in sorted({delivery.lane for delivery in deliveries} - {HANDS_OUT}):
            doorbell.ring(other)
        if mine or len(events) < BATCH:
            return mine
    return []


def retry(deliveries: QuerySet[EventDelivery]) -> int:
    """Give deliveries that failed or wait a fresh start now; return how many."""
    return deliveries.exclude(state=DONE).update(state=PENDING, attempts=0, due_at=Now(), lease=None)


def take_over() -> int:
    """Free what a process that died held; only for one that knows it is alone. Returns how many."""
    return EventDelivery.objects.filter(state=PENDING, lease__isnull=False).update(lease=None, due_at=Now())


def forget_done(age: timedelta) -> int:
    """Delete events of longer ago than this whose every delivery is done; return how many."""
    undone = EventDelivery.objects.exclude(state=DONE).values("event")
    old = OutboxEvent.objects.filter(created_at__lt=Now() - age, fanned_out_at__isnull=False).exclude(pk__in=undone)
    forgotten = 0
    # In parts, so that no statement takes long however much there is.
    while part := list(old.order_by("pk").values_list("pk", flat=True)[:FORGET]):
        forgotten += OutboxEvent.objects.filter(pk__in=part).delete()[1].get("kernel.OutboxEvent", 0)
    return forgotten


def _new() -> QuerySet[OutboxEvent]:
    return OutboxEvent.objects.filter(fanned_out_at=None)
