"""Facts that happened: past tense, ids and codes only, written in the transaction that made them true."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from helpdesk.kernel import doorbell
from helpdesk.kernel.models import OutboxEvent

_looks_again: ContextVar[bool] = ContextVar("looks_again", default=False)


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
    `in_batches`: it gets a list of events, all done or all tried again; not transactional. When it says "not now"
    that costs no attempt, so what it waits for may be away for any time.
    `prepare`: what takes long and writes no row, done before that transaction; the subscriber gets its result too.
    """

    subscriber: Callable[..., None]
    prepare: Callable[[Any], object] | None = None
    lane: str = "fast"
    lease_s: int = 30
    delays_s: tuple[int, ...] = (5, 60)
    transactional: bool = True
    in_batches: bool = False

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
    """Write the events to the outbox; only inside the transaction of the change they tell of."""
    if not connection.in_atomic_block:
        message = "publish() outside a transaction could tell of a change that never happened"
        raise transaction.TransactionManagementError(message)
    OutboxEvent.objects.bulk_create([OutboxEvent(name=event.name, payload=asdict(event)) for event in events])
    transaction.on_commit(_ring)


@contextmanager
def looking_again() -> Iterator[None]:
    """Ring for nothing that is published inside: who does the work looks once more before it stops."""
    token = _looks_again.set(True)
    try:
        yield
    finally:
        _looks_again.reset(token)


def _ring() -> None:
    if not _looks_again.get():
        doorbell.ring()
