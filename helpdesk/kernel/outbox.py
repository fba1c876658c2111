"""From outbox rows to effects: fan out, claim under a lease, run, mark. Safe to run in any number of processes.

Times are the database's, so a worker whose clock jumps cannot take over work that is still being done.
"""

import logging
import random
import threading
import time
import traceback
import uuid
from collections import defaultdict, deque
from collections.abc import Iterator
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from helpdesk.kernel import doorbell
from helpdesk.kernel.events import Subscription, event_types, looking_again, subscriptions, wiring
from helpdesk.kernel.models import EventDelivery, OutboxEvent

logger = logging.getLogger(__name__)

LANES = ("fast", "mail", "slow", "files", "index")
BATCH = 50
# How many deliveries of a lane are claimed at once: work that may hang goes alone, work done in batches together.
CLAIM = {"fast": 10, "mail": 10, "slow": 1, "files": 1, "index": 500}
JITTER = 0.2
ERROR_LENGTH = 4000
# How many attempts may be lost with their process, on top of those that fail, before it is the work's own fault.
LOST_ATTEMPTS = 8
FORGET = 1000
PENDING, DONE, DEAD = EventDelivery.State.PENDING, EventDelivery.State.DONE, EventDelivery.State.DEAD

# Set while this process stops: drains then end after what they have claimed.
finishing = threading.Event()
# Deliveries this process is working on, whatever the leases say.
_in_hand: set[int] = set()


class TryLaterError(Exception):
    """The other side said "not now": try again after the next delay. The text is shown to people."""


class PoisonError(Exception):
    """The process died at every attempt."""


class LeaseLostError(Exception):
    """Another worker has taken over; what this one did is rolled back."""


def drain(lane: str) -> int:
    """Run what is due in a lane until nothing is left; return how many deliveries were tried."""
    tried = 0
    with looking_again():
        while not finishing.is_set():
            fan_out(lane)
            claimed = _claim(lane)
            if not claimed:
                break
            tried += _run_in_time(claimed)
    return tried


def drain_until_idle() -> int:
    """Run every pending event and due delivery of all lanes, also those that come of them."""
    total = 0
    while done := sum(drain(lane) for lane in LANES):
        total += done
    return total


def is_waiting(lane: str) -> bool:
    return OutboxEvent.objects.filter(fanned_out_at=None).exists() or _due(lane).exists()


def fan_out(lane: str = "") -> None:
    """Give every new event one delivery for each of its subscribers, and wake the workers of other lanes than this."""
    while OutboxEvent.objects.filter(fanned_out_at=None).exists():
        with transaction.atomic():
            events = list(_for_update(OutboxEvent.objects.filter(fanned_out_at=None).order_by("id"))[:BATCH])
            if not events:
                return
            deliveries = [delivery for event in events for delivery in _deliveries_of(event)]
            EventDelivery.objects.bulk_create(deliveries, ignore_conflicts=True)
            OutboxEvent.objects.filter(pk__in=[event.pk for event in events]).update(fanned_out_at=Now())
        # Also from "slow" to "fast": whoever the event rang for has looked past the rows that were locked here.
        for other in sorted({delivery.lane for delivery in deliveries} - {lane}):
            doorbell.ring(other)
        if len(events) < BATCH:
            return


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


def _deliveries_of(row: OutboxEvent) -> Iterator[EventDelivery]:
    event_type = event_types().get(row.name)
    if event_type is None:
        logger.error("Event %s (%s) is wired to nobody.", row.pk, row.name)
        return
    for subscription in wiring()[event_type]:
        yield EventDelivery(event=row, subscriber=subscription.key, lane=subscription.lane, due_at=Now())


def _due(lane: str) -> QuerySet[EventDelivery]:
    return EventDelivery.objects.filter(lane=lane, state=PENDING, due_at__lte=Now()).exclude(pk__in=_in_hand.copy())


def _for_update(rows: QuerySet) -> QuerySet:  # type: ignore[type-arg]
    """Lock rows other workers do not hold; SQLite has one writer at a time and needs no row locks."""
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True, of=("self",))
    return rows


def _claim(lane: str) -> list[EventDelivery]:
    if not _due(lane).exists():
        return []
    lease = uuid.uuid4()
    with transaction.atomic():
        due = _for_update(_due(lane).select_related("event").order_by("due_at", "id"))
        claimed = _together(list(due[: CLAIM[lane]]))
        for delivery in claimed:
            delivery.lease = lease
            delivery.attempts += 1
        EventDelivery.objects.filter(pk__in=[delivery.pk for delivery in claimed]).update(
            lease=lease, due_at=Now() + timedelta(seconds=_longest_s(claimed)), attempts=F("attempts") + 1
        )
    _in_hand.update(delivery.pk for delivery in claimed)
    return claimed


def _together(due: list[EventDelivery]) -> list[EventDelivery]:
    """Return what may be claimed at once: what was begun before may be what its process died of, so it goes alone."""
    if due and due[0].attempts:
        return due[:1]
    return [delivery for delivery in due if not delivery.attempts]


def _lease_s(delivery: EventDelivery) -> int:
    subscription = subscriptions().get(delivery.subscriber)
    return subscription.lease_s if subscription else Subscription.lease_s


def _longest_s(claimed: list[EventDelivery]) -> int:
    return max((_lease_s(delivery) for delivery in claimed), default=0)


def _run_in_time(claimed: list[EventDelivery]) -> int:
    """Run what was claimed, give back what would begin in the second half of its lease; return how many were run."""
    began, half_s, waiting = time.monotonic(), _longest_s(claimed) / 2, deque(_run_batches(claimed))
    try:
        while waiting and time.monotonic() - began <= half_s:
            _run(waiting.popleft())
    finally:
        _give_back(list(waiting))
    return len(claimed) - len(waiting)


def _run_batches(claimed: list[EventDelivery]) -> list[EventDelivery]:
    """Run together what its subscriber takes together; return what it takes one by one."""
    batches: defaultdict[str, list[EventDelivery]] = defaultdict(list)
    singly = []
    for delivery in claimed:
        subscription = subscriptions().get(delivery.subscriber)
        if subscription is not None and subscription.in_batches:
            batches[delivery.subscriber].append(delivery)
        else:
            singly.append(delivery)
    for subscriber, batch in batches.items():
        _run_batch(subscriptions()[subscriber], batch)
    return singly


def _run_batch(subscription: Subscription, batch: list[EventDelivery]) -> None:
    try:
        for delivery in batch:
            _refuse_poison(delivery)
        subscription.subscriber([event_types()[each.event.name](**each.event.payload) for each in batch])
        _mark_batch_done(batch)
    except TryLaterError as reason:
        _put_off(subscription, batch, str(reason))
    except Exception:
        # One of them is at fault; from the next attempt on each goes alone, so that the others are done then.
        logger.exception("%s deliveries of %s failed.", len(batch), subscription.key)
        for delivery in batch:
            _postpone(delivery, traceback.format_exc())
    finally:
        _in_hand.difference_update(delivery.pk for delivery in batch)


def _mark_batch_done(batch: list[EventDelivery]) -> None:
    """Mark what is still ours; what another worker took over in the meantime it does once more, without harm."""
    mine = EventDelivery.objects.filter(pk__in=[each.pk for each in batch], lease=batch[0].lease, state=PENDING)
    mine.update(state=DONE, done_at=Now(), lease=None, last_error="")


def _put_off(subscription: Subscription, batch: list[EventDelivery], reason: str) -> None:
    """Let everything for this subscriber wait: what it cannot do now for one it cannot do for another."""
    logger.warning("%s deliveries of %s wait: %s", len(batch), subscription.key, reason)
    later = Now() + timedelta(seconds=subscription.delays_s[0])
    mine = EventDelivery.objects.filter(pk__in=[each.pk for each in batch], lease=batch[0].lease, state=PENDING)
    mine.update(lease=None, due_at=later, attempts=F("attempts") - 1, last_error=reason[-ERROR_LENGTH:])
    _due(subscription.lane).filter(subscriber=subscription.key, lease=None).update(due_at=later)


def _give_back(unbegun: list[EventDelivery]) -> None:
    """Free what was claimed and not begun, for whoever looks next."""
    if not unbegun:
        return
    numbers = [delivery.pk for delivery in unbegun]
    _in_hand.difference_update(numbers)
    mine = EventDelivery.objects.filter(pk__in=numbers, state=PENDING, lease=unbegun[0].lease)
    mine.update(lease=None, due_at=Now(), attempts=F("attempts") - 1)


def _run(delivery: EventDelivery) -> None:
    try:
        _refuse_poison(delivery)
        _attempt(delivery)
    except LeaseLostError:
        logger.warning("Delivery %s was taken over by another worker.", delivery.pk)
    except TryLaterError as reason:
        _postpone(delivery, str(reason))
    except Exception:
        # Whatever a subscriber does wrong is kept with the delivery and shown in /beheer/; its neighbours go on.
        logger.exception("Delivery %s of %s failed.", delivery.pk, delivery.subscriber)
        _postpone(delivery, traceback.format_exc())
    finally:
        _in_hand.discard(delivery.pk)


def _refuse_poison(delivery: EventDelivery) -> None:
    """Give up on work that takes its process with it each time: its attempts begin, and never end."""
    if delivery.attempts > len(_delays_s(delivery)) + LOST_ATTEMPTS:
        raise PoisonError(f"begun {delivery.attempts} times and never finished: the process died each time")


def _delays_s(delivery: EventDelivery) -> tuple[int, ...]:
    subscription = subscriptions().get(delivery.subscriber)
    return subscription.delays_s if subscription else Subscription.delays_s


def _attempt(delivery: EventDelivery) -> None:
    subscription = subscriptions().get(delivery.subscriber)
    if subscription is None:
        message = f"no subscriber is called {delivery.subscriber}"
        raise LookupError(message)
    event = event_types()[delivery.event.name](**delivery.event.payload)
    if subscription.transactional:
        prepared = (subscription.prepare(event),) if subscription.prepare else ()
        with transaction.atomic():
            _mark_done(delivery)
            subscription.subscriber(event, *prepared)
        return
    subscription.subscriber(event)
    _mark_done(delivery)


def _mark_done(delivery: EventDelivery) -> None:
    marked = EventDelivery.objects.filter(pk=delivery.pk, lease=delivery.lease, state=PENDING).update(
        state=DONE, done_at=Now(), lease=None, last_error=""
    )
    if not marked:
        raise LeaseLostError


def _postpone(delivery: EventDelivery, error: str) -> None:
    delays = _delays_s(delivery)
    mine = EventDelivery.objects.filter(pk=delivery.pk, lease=delivery.lease, state=PENDING)
    change = {"lease": None, "last_error": error[-ERROR_LENGTH:]}
    if delivery.attempts > len(delays):
        mine.update(state=DEAD, **change)
        return
    pause = delays[delivery.attempts - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads load, guards nothing
    mine.update(due_at=Now() + timedelta(seconds=pause), **change)
