"""Who works on a delivery, and until when: nobody else meanwhile, somebody else after it."""

import threading

import pytest
from django.db.models.functions import Now

from helpdesk.kernel import events, leases, outbox, running
from helpdesk.kernel.events import Subscription
from helpdesk.kernel.models import EventDelivery
from tests.kernel.happenings import (
    SomethingHappened,
    happen,
    hear,
    heard,
    lose_attempts,
    not_now,
    together,
)
from tests.together import at_once


@pytest.mark.django_db(transaction=True)
def test_try_later_keeps_the_reason_and_waits(wired):
    wired(Subscription(subscriber=not_now, delays_s=(60,)))
    happen()

    outbox.drain_until_idle()

    delivery = EventDelivery.objects.get()
    assert (delivery.state, delivery.last_error) == ("pending", "the other side is asleep")
    assert EventDelivery.objects.filter(due_at__gt=Now()).count() == 1


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_a_claimed_delivery_is_nobody_elses_until_its_lease_ends(wired):
    wired(Subscription(subscriber=hear))
    happen()
    claimed = outbox.fan_out()
    leases.in_hand.clear()

    assert leases.claim("fast") == []

    EventDelivery.objects.update(due_at=Now())
    again = leases.claim("fast")
    assert [delivery.pk for delivery in again] == [claimed[0].pk]
    running.run(claimed)
    assert EventDelivery.objects.get().state == "pending", "the first worker's lease is over: its mark must not count"
    running.run(again)
    assert EventDelivery.objects.get().state == "done"


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_run_nothing_twice(wired):
    wired(Subscription(subscriber=hear))
    for number in range(40):
        happen(number)

    at_once(*[lambda: outbox.drain("fast")] * 4)
    outbox.drain("fast")

    assert sorted(heard) == list(range(40))


def test_threads_may_take_and_finish_work_while_another_looks_for_it():
    stop = threading.Event()

    def work() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            leases.in_hand.add(number)
            leases.in_hand.discard(number - 100)

    leases.in_hand.clear()
    worker = threading.Thread(target=work)
    worker.start()
    try:
        for _ in range(500):
            leases.due("fast")
    finally:
        stop.set()
        worker.join()
        leases.in_hand.clear()


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_work_that_kills_its_process_does_not_take_its_neighbours_along(wired):
    wired(Subscription(subscriber=hear, delays_s=()))
    for number in range(5):
        happen(number)
    outbox.fan_out()
    lose_attempts()

    outbox.drain("fast")

    assert sorted(heard) == [0, 1, 2, 3, 4]


def none_now(happenings: list[SomethingHappened]) -> None:
    heard.append(len(happenings))
    raise events.TryLaterError("the index is away")


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_what_is_waited_for_may_be_away_for_any_time_and_all_wait_together(wired, monkeypatch):
    wired(together(none_now, delays_s=(5,)))
    monkeypatch.setitem(leases.CLAIM, "index", 2)
    for number in range(5):
        happen(number)

    outbox.drain_until_idle()
    for _ in range(20):
        EventDelivery.objects.update(due_at=Now())
        outbox.drain_until_idle()

    assert heard == [2] * 21
    assert set(EventDelivery.objects.values_list("state", "attempts")) == {("pending", 0)}
    assert EventDelivery.objects.filter(due_at__gt=Now()).count() == 5
