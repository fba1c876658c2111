"""Who works on which delivery, and until when; and how a delivery ends.

Times are the database's, so a worker whose clock jumps cannot take over work that is still being done.
"""

import random
import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from helpdesk.kernel.events import Subscription, subscriptions
from helpdesk.kernel.models import EventDelivery

# How many deliveries of a lane are claimed at once: work that may hang by the few, work done in batches by the many.
CLAIM = {"fast": 100, "mail": 50, "slow": 16, "files": 1, "index": 500}
JITTER = 0.2
ERROR_LENGTH = 4000
PENDING, DONE, DEAD = EventDelivery.State.PENDING, EventDelivery.State.DONE, EventDelivery.State.DEAD

# Deliveries this process is working on, whatever the leases say.
in_hand: set[int] = set()


def due(lane: str) -> QuerySet[EventDelivery]:
    return EventDelivery.objects.filter(lane=lane, state=PENDING, due_at__lte=Now()).exclude(pk__in=in_hand.copy())


def for_update(rows: QuerySet) -> QuerySet:  # type: ignore[type-arg]
    """Lock rows other workers do not hold; SQLite has one writer at a time and needs no row locks."""
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True, of=("self",))
    return rows


def claim(lane: str) -> list[EventDelivery]:
    """Take what is due in a lane, as much as may be held at once."""
    if not due(lane).exists():
        return []
    with transaction.atomic():
        rows = for_update(due(lane).select_related("event").order_by("due_at", "id"))
        claimed = _together(list(rows[: CLAIM[lane]]))
        if not claimed:
            return []
        begin(claimed)
        EventDelivery.objects.filter(pk__in=_numbers(claimed)).update(
            lease=claimed[0].lease, due_at=claimed[0].due_at, attempts=F("attempts") + 1
        )
    take_in_hand(claimed)
    return claimed


def begin(claimed: Sequence[EventDelivery]) -> None:
    """Put all of these under one lease; the caller writes them."""
    lease, end = uuid.uuid4(), Now() + timedelta(seconds=longest_s(claimed))
    for delivery in claimed:
        delivery.lease, delivery.due_at, delivery.attempts = lease, end, delivery.attempts + 1


def take_in_hand(claimed: Sequence[EventDelivery]) -> None:
    in_hand.update(_numbers(claimed))


def let_go(claimed: Sequence[EventDelivery]) -> None:
    in_hand.difference_update(_numbers(claimed))


def longest_s(claimed: Sequence[EventDelivery]) -> int:
    return max((_subscription(delivery).lease_s for delivery in claimed), default=0)


def delays_s(delivery: EventDelivery) -> tuple[int, ...]:
    return _subscription(delivery).delays_s


def mark_done(done: Sequence[EventDelivery]) -> int:
    """Mark deliveries of one lease; return how many no other worker took over in the meantime."""
    return still_held(done).update(state=DONE, done_at=Now(), lease=None, last_error="")


def give_back(unbegun: Sequence[EventDelivery]) -> None:
    """Free what was claimed and not begun, for whoever looks next."""
    still_held(unbegun).update(lease=None, due_at=Now(), attempts=F("attempts") - 1)


def put_off(subscription: Subscription, batch: Sequence[EventDelivery], reason: str) -> None:
    """Let everything for this subscriber wait: what it cannot do now for one it cannot do for another."""
    later = Now() + timedelta(seconds=subscription.delays_s[0])
    still_held(batch).update(lease=None, due_at=later, attempts=F("attempts") - 1, last_error=reason[-ERROR_LENGTH:])
    due(subscription.lane).filter(subscriber=subscription.key, lease=None).update(due_at=later)


def postpone(delivery: EventDelivery, error: str) -> None:
    """Let a delivery that failed wait for its next attempt; after the last one it is a dead letter."""
    delays = delays_s(delivery)
    change = {"lease": None, "last_error": error[-ERROR_LENGTH:]}
    if delivery.attempts > len(delays):
        still_held([delivery]).update(state=DEAD, **change)
        return
    pause = delays[delivery.attempts - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads load, guards nothing
    still_held([delivery]).update(due_at=Now() + timedelta(seconds=pause), **change)


def still_held(claimed: Sequence[EventDelivery]) -> QuerySet[EventDelivery]:
    """Return those of one lease that no other worker took over in the meantime."""
    lease = claimed[0].lease if claimed else None
    return EventDelivery.objects.filter(pk__in=_numbers(claimed), lease=lease, state=PENDING)


def _together(found: list[EventDelivery]) -> list[EventDelivery]:
    """Return what may be claimed at once: what was begun before may be what its process died of, so it goes alone."""
    if found and found[0].attempts:
        return found[:1]
    return [delivery for delivery in found if not delivery.attempts]


def _subscription(delivery: EventDelivery) -> Subscription | type[Subscription]:
    """Return what is said of its subscriber; of one that is gone, what is said of any."""
    return subscriptions().get(delivery.subscriber, Subscription)


def _numbers(deliveries: Sequence[EventDelivery]) -> list[int]:
    return [delivery.pk for delivery in deliveries]
