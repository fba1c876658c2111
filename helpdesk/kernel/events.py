"""Facts that happened: past tense, ids and codes only, written in the transaction that made them true."""

import logging
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from functools import cache, partial
from typing import Any, ClassVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from helpdesk.kernel import doorbell
from helpdesk.kernel.models import EventDelivery, OutboxEvent

# The lane whose workers hand new events out to all lanes.
HANDS_OUT = "fast"
_hands_out: ContextVar[bool] = ContextVar("hands_out", default=False)
logger = logging.getLogger(__name__)


class TryLaterError(Exception):
    """The other side said "not now": try again after the next delay. The text is shown to people."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events; `name` is stable, because rows written yesterday carry it."""

    name: ClassVar[str]


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """One subscriber of one event.

    `lane`: "fast" for what must not wait, "mail" for mail that came in, "slow" for what talks to other machines,
    "files" for opening files of strangers, "index" for what is to be found.
    `lease_s`: how long it may take before another worker tries again.
    `delays_s`: pause before each next attempt after a failure; when they run out it is a dead letter.
    `transactional`: the effect and the mark "done" are one transaction, so the effect happens once.
    `in_batches`: it gets a list of events; when that fails each of them goes alone. When it says "not now" that costs
    no attempt, so what it waits for may be away for any time.
    `prepare`: what takes long and writes no row, done before that transaction; the subscriber gets its result too.
    `turn_s`: after so long it begins nothing more of what it holds; the rest is for whoever looks next.
    `makes_way_for`: a lane that goes first: while this process works on it, this pauses before each thing it does.
    `sharing`: entered with all events that are done in one turn, one after the other; the subscriber gets what it
    yields too, such as a connection.
    """

    subscriber: Callable[..., None]
    prepare: Callable[[Any], object] | None = None
    lane: str = "fast"
    lease_s: int = 30
    delays_s: tuple[int, ...] = (5, 60)
    transactional: bool = True
    in_batches: bool = False
    turn_s: float = math.inf
    makes_way_for: str = ""
    sharing: Callable[[list[Any]], AbstractContextManager[object]] | None = None

    @property
    def key(self) -> str:
        return f"{self.subscriber.__module__}.{self.subscriber.__qualname__}"


Wiring = Mapping[type[Event], tuple[Subscription, ...]]


@cache
def wiring() -> Wiring:
    """Who hears what, from the page `settings.EVENT_WIRING` names."""
    return import_string(settings.EVENT_WIRING)  # type: ignore[no-any-return]


@cache
def event_types() -> dict[str, type[Event]]:
    return {event_type.name: event_type for event_type in wiring()}


@cache
def subscriptions() -> dict[str, Subscription]:
    return {subscription.key: subscription for heard in wiring().values() for subscription in heard}


def publish(*events: Event) -> None:
    """Write the events to the outbox; only inside the transaction of the change they tell of.

    They are handed out after it, many together; only who hands out does so at once, and rings for the other lanes.
    """
    if not connection.in_atomic_block:
        message = "publish() outside a transaction could tell of a change that never happened"
        raise transaction.TransactionManagementError(message)
    if not events:
        return
    hands_out = _hands_out.get()
    rows = OutboxEvent.objects.bulk_create(
        OutboxEvent(name=event.name, payload=asdict(event), fanned_out_at=Now() if hands_out else None)
        for event in events
    )
    lanes = {HANDS_OUT}
    if hands_out:
        deliveries = EventDelivery.objects.bulk_create(delivery for row in rows for delivery in deliveries_of(row))
        lanes = {delivery.lane for delivery in deliveries} - lanes
    transaction.on_commit(partial(_ring, lanes))


def deliveries_of(row: OutboxEvent) -> Iterator[EventDelivery]:
    """Make one delivery for each subscriber of an event, not yet written."""
    event_type = event_types().get(row.name)
    if event_type is None:
        logger.error("Event %s (%s) is wired to nobody.", row.pk, row.name)
        return
    for subscription in wiring()[event_type]:
        yield EventDelivery(event=row, subscriber=subscription.key, lane=subscription.lane, due_at=Now())


@contextmanager
def handing_out() -> Iterator[None]:
    """Hand out at once what is published inside; who does this looks again before it stops."""
    token = _hands_out.set(True)
    try:
        yield
    finally:
        _hands_out.reset(token)


def _ring(lanes: Collection[str]) -> None:
    for lane in sorted(lanes):
        doorbell.ring(lane)
