"""What happens in tests of the outbox, and who hears of it."""

from dataclasses import dataclass
from typing import ClassVar

from django.db import transaction

from helpdesk.kernel import events, leases, outbox, running
from helpdesk.kernel.events import Event, Subscription, publish


@dataclass(frozen=True, kw_only=True)
class SomethingHappened(Event):
    name: ClassVar[str] = "test.happened"
    number: int


heard: list = []
# What the settings name while a test runs.
WIRING: dict[type[Event], tuple[Subscription, ...]] = {}


def hear(event: SomethingHappened) -> None:
    heard.append(event.number)


def hear_and_count_down(event: SomethingHappened) -> None:
    heard.append(event.number)
    if event.number:
        publish(SomethingHappened(number=event.number - 1))


def fail(event: SomethingHappened) -> None:
    message = f"cannot hear {event.number}"
    raise ValueError(message)


def not_now(event: SomethingHappened) -> None:
    raise events.TryLaterError("the other side is asleep")


def hear_together(happenings: list[SomethingHappened]) -> None:
    heard.append([event.number for event in happenings])


def together(subscriber, **more):
    return Subscription(subscriber=subscriber, lane="index", transactional=False, in_batches=True, **more)


def happen(number: int = 1) -> None:
    with transaction.atomic():
        publish(SomethingHappened(number=number))


def lose_attempts() -> None:
    """Let every process that claims what waits in "fast" die at it, as often as is forgiven."""
    for _ in range(running.LOST_ATTEMPTS):
        leases.claim("fast")
        leases.in_hand.clear()
        outbox.take_over()


def wire(*subscriptions: Subscription) -> None:
    """Let these hear, from now on, what happens."""
    heard.clear()
    forget_wiring()
    WIRING.clear()
    WIRING[SomethingHappened] = subscriptions


def forget_wiring() -> None:
    for cached in (events.wiring, events.event_types, events.subscriptions):
        cached.cache_clear()
