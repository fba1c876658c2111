"""From claimed deliveries to effects: many together where their subscriber takes many, alone what spoils others."""

import logging
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Any

from django.db import transaction

from helpdesk.kernel import leases
from helpdesk.kernel.events import Event, Subscription, TryLaterError, event_types, subscriptions
from helpdesk.kernel.models import EventDelivery

logger = logging.getLogger(__name__)

# How many attempts may be lost with their process, on top of those that fail, before it is the work's own fault.
LOST_ATTEMPTS = 8
# What makes way for another lane pauses so long before each thing it does: threads that share a processor share it
# evenly, and the lane that is to go first has only one of them.
MAKE_WAY_S = 0.1
Batch = list[EventDelivery]

# The lanes this process works on, each as often as there are threads that do.
_at_work: list[str] = []


class PoisonError(Exception):
    """The process died at every attempt."""


class LeaseLostError(Exception):
    """Another worker has taken over; what this one did is rolled back."""


@contextmanager
def at_work(lane: str) -> Iterator[None]:
    _at_work.append(lane)
    try:
        yield
    finally:
        _at_work.remove(lane)


def run(claimed: Batch) -> int:
    """Run what was claimed together, give back what would begin too late; return how many were run."""
    began, turn, waiting = time.monotonic(), Turn(claimed), deque(_batches(claimed))
    try:
        with turn.shared():
            while waiting and time.monotonic() - began <= turn.may_begin_s:
                turn.make_way()
                spoiled = turn.run(waiting.popleft())
                waiting.extendleft([delivery] for delivery in reversed(spoiled))
    finally:
        unbegun = [delivery for batch in waiting for delivery in batch]
        try:
            leases.mark_done(turn.done)
            leases.give_back(unbegun)
        finally:
            leases.let_go(claimed)
    return len(claimed) - len(unbegun)


def _batches(claimed: Batch) -> list[Batch]:
    """Return first what is done with others, then what is done alone."""
    together: dict[str, Batch] = {}
    alone = []
    for delivery in claimed:
        subscription = subscriptions().get(delivery.subscriber)
        if subscription is None or not subscription.in_batches:
            alone.append([delivery])
        else:
            # All that only writes to our database is one transaction.
            key = "" if subscription.transactional else subscription.key
            together.setdefault(key, []).append(delivery)
    return [*together.values(), *alone]


class Turn:
    """What is done under one lease. `done`: what has happened and is not yet marked; doing it twice does no harm."""

    def __init__(self, claimed: Batch) -> None:
        self.done: Batch = []
        self._claimed = claimed
        self._known = {found for delivery in claimed if (found := subscriptions().get(delivery.subscriber))}
        self._shared: dict[Subscription, Any] = {}

    @property
    def may_begin_s(self) -> float:
        """For how long something may begin: in the first half of the lease, and shorter where work may hang."""
        return min([leases.longest_s(self._claimed) / 2, *(subscription.turn_s for subscription in self._known)])

    def make_way(self) -> None:
        if any(subscription.makes_way_for in _at_work for subscription in self._known):
            time.sleep(MAKE_WAY_S)

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Enter what the deliveries of a subscriber share, and leave it again."""
        with ExitStack() as stack:
            for subscription in self._known:
                if subscription.sharing is not None:
                    self._shared[subscription] = stack.enter_context(subscription.sharing(self._heard_by(subscription)))
            yield

    def _heard_by(self, subscription: Subscription) -> list[Event]:
        """Return the events of a subscriber; one that cannot be read fails when its turn comes."""
        events = []
        for delivery in self._claimed:
            if delivery.subscriber == subscription.key:
                with suppress(KeyError, TypeError):
                    events.append(_event_of(delivery))
        return events

    def run(self, batch: Batch) -> Batch:
        """Run what is done together, or a delivery that is alone; return what is to be tried one by one instead."""
        try:
            self._attempt(batch)
        except TryLaterError as reason:
            if len(batch) > 1 and _subscription_of(batch[0]).transactional:
                return batch
            _wait(batch, str(reason))
        except LeaseLostError:
            if len(batch) > 1:
                return batch
            logger.warning("Delivery %s was taken over by another worker.", batch[0].pk)
        except Exception:
            if len(batch) > 1:
                logger.warning("%s deliveries failed together, so each goes alone.", len(batch), exc_info=True)
                return batch
            # Whatever a subscriber does wrong is kept with the delivery and shown in /beheer/; its neighbours go on.
            logger.exception("Delivery %s of %s failed.", batch[0].pk, batch[0].subscriber)
            leases.postpone(batch[0], traceback.format_exc())
        return []

    def _attempt(self, batch: Batch) -> None:
        for delivery in batch:
            _refuse_poison(delivery)
        work = [self._work_of(subscription, theirs) for subscription, theirs in _by_subscription(batch)]
        if not _subscription_of(batch[0]).transactional:
            for do in work:
                do()
            self.done += batch
            return
        with transaction.atomic():
            if leases.mark_done(batch) < len(batch):
                raise LeaseLostError
            for do in work:
                do()

    def _work_of(self, subscription: Subscription, deliveries: Batch) -> Callable[[], None]:
        """Return what is to be done for a subscriber; what it prepares is prepared now."""
        events = [_event_of(delivery) for delivery in deliveries]
        heard = events if subscription.in_batches else events[0]
        more = [self._shared[subscription]] if subscription.sharing else []
        if subscription.prepare:
            more.append(subscription.prepare(heard))
        return partial(subscription.subscriber, heard, *more)


def _by_subscription(batch: Batch) -> Iterator[tuple[Subscription, Batch]]:
    groups: dict[str, Batch] = {}
    for delivery in batch:
        groups.setdefault(delivery.subscriber, []).append(delivery)
    for deliveries in groups.values():
        yield _subscription_of(deliveries[0]), deliveries


def _subscription_of(delivery: EventDelivery) -> Subscription:
    subscription = subscriptions().get(delivery.subscriber)
    if subscription is None:
        message = f"no subscriber is called {delivery.subscriber}"
        raise LookupError(message)
    return subscription


def _event_of(delivery: EventDelivery) -> Event:
    return event_types()[delivery.event.name](**delivery.event.payload)


def _wait(batch: Batch, reason: str) -> None:
    subscription = _subscription_of(batch[0])
    if subscription.in_batches:
        logger.warning("%s deliveries of %s wait: %s", len(batch), subscription.key, reason)
        leases.put_off(subscription, batch, reason)
    else:
        leases.postpone(batch[0], reason)


def _refuse_poison(delivery: EventDelivery) -> None:
    """Give up on work that takes its process with it each time: its attempts begin, and never end."""
    if delivery.attempts > len(leases.delays_s(delivery)) + LOST_ATTEMPTS:
        raise PoisonError(f"begun {delivery.attempts} times and never finished: the process died each time")
