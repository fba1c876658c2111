"""Every effect at least once, and shown once."""

import threading
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import ClassVar

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now

from helpdesk.kernel import events, outbox
from helpdesk.kernel.events import Event, Subscription, publish
from helpdesk.kernel.models import EventDelivery, OutboxEvent


@dataclass(frozen=True, kw_only=True)
class SomethingHappened(Event):
    name: ClassVar[str] = "test.happened"
    number: int


heard: list[int] = []


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
    raise outbox.TryLaterError("the other side is asleep")


@pytest.fixture
def wired(settings):
    """Wire the test's own subscribers, and forget them afterwards."""

    def wire(*subscriptions: Subscription) -> None:
        heard.clear()
        events.wiring.cache_clear()
        events.event_types.cache_clear()
        events.subscriptions.cache_clear()
        module = type("Wiring", (), {"WIRING": {SomethingHappened: subscriptions}})
        settings.EVENT_WIRING = f"{__name__}.wired_now"
        globals()["wired_now"] = module.WIRING

    yield wire
    for cached in (events.wiring, events.event_types, events.subscriptions):
        cached.cache_clear()


def happen(number: int = 1) -> None:
    with transaction.atomic():
        publish(SomethingHappened(number=number))


@pytest.mark.django_db(transaction=True)
def test_an_event_is_never_published_outside_a_transaction(wired):
    wired(Subscription(subscriber=hear))

    with pytest.raises(transaction.TransactionManagementError):
        publish(SomethingHappened(number=1))

    assert OutboxEvent.objects.count() == 0


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_never_happened(wired):
    wired(Subscription(subscriber=hear))

    with transaction.atomic():
        publish(SomethingHappened(number=1))
        transaction.set_rollback(True)

    assert outbox.drain_until_idle() == 0
    assert heard == []


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_every_subscriber_hears_every_event_once(wired):
    wired(Subscription(subscriber=hear), Subscription(subscriber=not_now, lane="slow"))
    happen(1)
    happen(2)

    outbox.drain_until_idle()
    outbox.drain_until_idle()

    assert heard == [1, 2]
    states = EventDelivery.objects.order_by("event_id", "lane").values_list("lane", "state", "attempts")
    assert list(states) == [("fast", "done", 1), ("slow", "pending", 1)] * 2


@pytest.mark.django_db(transaction=True)
def test_a_failing_subscriber_is_tried_again_then_set_aside_and_holds_up_nobody(wired):
    wired(Subscription(subscriber=fail, delays_s=(0,)), Subscription(subscriber=hear))
    happen(7)

    outbox.drain_until_idle()

    assert heard == [7]
    dead = EventDelivery.objects.get(subscriber__endswith=".fail")
    assert (dead.state, dead.attempts) == ("dead", 2)
    assert "cannot hear 7" in dead.last_error


@pytest.mark.django_db(transaction=True)
def test_a_dead_delivery_runs_again_when_somebody_says_so(wired):
    wired(Subscription(subscriber=fail, delays_s=()))
    happen(3)
    outbox.drain_until_idle()
    wired(Subscription(subscriber=hear))
    EventDelivery.objects.update(subscriber=f"{__name__}.hear")

    assert outbox.retry(EventDelivery.objects.filter(state="dead")) == 1
    outbox.drain_until_idle()

    assert heard == [3]


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
    outbox.fan_out()
    claimed = outbox._claim("fast")
    outbox._in_hand.clear()

    assert outbox._claim("fast") == []

    EventDelivery.objects.update(due_at=Now())
    again = outbox._claim("fast")
    assert [delivery.pk for delivery in again] == [claimed[0].pk]
    outbox._run(claimed[0])
    assert EventDelivery.objects.get().state == "pending", "the first worker's lease is over: its mark must not count"
    outbox._run(again[0])
    assert EventDelivery.objects.get().state == "done"


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_work_that_takes_long_gives_back_what_was_claimed_with_it(wired, monkeypatch):
    clock, claimed_at, left_s = [0.0], [], []
    claim = outbox._claim

    def take_long(event: SomethingHappened) -> None:
        held = EventDelivery.objects.filter(event__payload__number=event.number).annotate(now=Now()).get()
        left_s.append((held.due_at - held.now).total_seconds() - (clock[0] - claimed_at[-1]))
        clock[0] += 25
        heard.append(event.number)

    monkeypatch.setattr(outbox, "_claim", lambda lane: claimed_at.append(clock[0]) or claim(lane))
    monkeypatch.setattr(outbox, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    wired(Subscription(subscriber=take_long, lane="mail", lease_s=60))
    for number in range(5):
        happen(number)

    assert outbox.drain("mail") == 5
    assert heard == [0, 1, 2, 3, 4]
    assert claimed_at == [0.0, 50.0, 100.0, 125.0]
    assert min(left_s) > 30, "each begins with half of its lease left"
    assert set(EventDelivery.objects.values_list("state", "attempts")) == {("done", 1)}
    assert outbox._in_hand == set()


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_a_database_that_fails_meanwhile_keeps_nothing_of_what_was_not_begun(wired, monkeypatch):
    def lose_connection(*_):
        raise OperationalError("gone")

    wired(Subscription(subscriber=fail))
    for number in range(3):
        happen(number)
    monkeypatch.setattr(outbox, "_postpone", lose_connection)
    with pytest.raises(OperationalError):
        outbox.drain("fast")

    rows = EventDelivery.objects.order_by("event_id").values_list("state", "attempts", "lease")
    assert list(rows)[1:] == [("pending", 0, None)] * 2
    assert outbox._in_hand == set()


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_run_nothing_twice(wired):
    wired(Subscription(subscriber=hear))
    for number in range(40):
        happen(number)

    def work() -> None:
        try:
            outbox.drain("fast")
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    outbox.drain("fast")

    assert sorted(heard) == list(range(40))


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_who_hands_out_the_work_of_another_lane_wakes_its_workers(wired, monkeypatch):
    rung = []
    monkeypatch.setattr(outbox.doorbell, "ring", lambda lane="fast": rung.append(lane))
    wired(Subscription(subscriber=hear), Subscription(subscriber=not_now, lane="slow"))

    happen(1)
    happen(2)
    rung.clear()
    outbox.drain("slow")
    assert rung == ["fast"]

    happen(3)
    rung.clear()
    outbox.drain("fast")
    assert rung == ["slow"]


@pytest.mark.django_db(transaction=True)
def test_what_follows_from_work_is_done_with_it_and_rings_for_nobody(wired, monkeypatch):
    rings = []
    monkeypatch.setattr(events.doorbell, "ring", lambda: rings.append(1))
    wired(Subscription(subscriber=hear_and_count_down))

    happen(2)
    outbox.drain("fast")

    assert heard == [2, 1, 0]
    assert rings == [1]


def test_threads_may_take_and_finish_work_while_another_looks_for_it():
    stop = threading.Event()

    def work() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            outbox._in_hand.add(number)
            outbox._in_hand.discard(number - 100)

    outbox._in_hand.clear()
    worker = threading.Thread(target=work)
    worker.start()
    try:
        for _ in range(500):
            outbox._due("fast")
    finally:
        stop.set()
        worker.join()
        outbox._in_hand.clear()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_when_there_is_nothing_to_do(wired, django_assert_num_queries):
    wired(Subscription(subscriber=hear))

    with django_assert_num_queries(2) as captured:
        outbox.drain("fast")

    assert [query["sql"].split()[0] for query in captured.captured_queries] == ["SELECT", "SELECT"]


@pytest.mark.django_db(transaction=True)
def test_who_starts_alone_takes_over_what_a_dead_process_held(wired):
    wired(Subscription(subscriber=hear))
    happen(5)
    outbox.fan_out()
    outbox._claim("fast")
    outbox._in_hand.clear()
    assert outbox.drain("fast") == 0

    assert outbox.take_over() == 1
    outbox.drain("fast")

    assert heard == [5]


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_only_what_is_long_done_is_forgotten(wired):
    wired(Subscription(subscriber=hear), Subscription(subscriber=not_now, lane="slow"))
    happen(1)
    outbox.drain_until_idle()
    EventDelivery.objects.filter(lane="slow").delete()
    happen(2)
    outbox.drain_until_idle()

    assert outbox.forget_done(timedelta(hours=1)) == 0
    assert outbox.forget_done(timedelta(0)) == 1
    assert list(OutboxEvent.objects.values_list("payload", flat=True)) == [{"number": 2}]


@pytest.mark.django_db(transaction=True)
def test_work_that_kills_its_process_each_time_is_set_aside(wired):
    wired(Subscription(subscriber=hear, delays_s=()))
    happen(9)
    outbox.fan_out()
    for _ in range(outbox.LOST_ATTEMPTS):
        outbox._claim("fast")
        outbox._in_hand.clear()
        outbox.take_over()

    outbox.drain("fast")

    dead = EventDelivery.objects.get()
    assert (heard, dead.state, dead.attempts) == ([], "dead", outbox.LOST_ATTEMPTS + 1)
    assert "the process died each time" in dead.last_error


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_work_that_kills_its_process_does_not_take_its_neighbours_along(wired):
    wired(Subscription(subscriber=hear, delays_s=()))
    for number in range(5):
        happen(number)
    outbox.fan_out()
    for _ in range(outbox.LOST_ATTEMPTS):
        outbox._claim("fast")
        outbox._in_hand.clear()
        outbox.take_over()

    outbox.drain("fast")

    assert sorted(heard) == [0, 1, 2, 3, 4]


def hear_together(happenings: list[SomethingHappened]) -> None:
    heard.append([event.number for event in happenings])


def refuse_seven(happenings: list[SomethingHappened]) -> None:
    if any(event.number == 7 for event in happenings):
        raise ValueError("seven")
    heard.extend(event.number for event in happenings)


def none_now(happenings: list[SomethingHappened]) -> None:
    heard.append(len(happenings))
    raise outbox.TryLaterError("the index is away")


def together(subscriber, **more):
    return Subscription(subscriber=subscriber, lane="index", transactional=False, in_batches=True, **more)


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_a_subscriber_that_takes_many_gets_all_that_wait_at_once(wired):
    wired(together(hear_together))
    for number in range(5):
        happen(number)

    assert outbox.drain_until_idle() == 5

    assert heard == [[0, 1, 2, 3, 4]]
    assert set(EventDelivery.objects.values_list("state", "attempts")) == {("done", 1)}


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_what_spoils_a_batch_goes_alone_next_and_the_others_are_done(wired):
    wired(together(refuse_seven, delays_s=(0,)))
    for number in (6, 7, 8):
        happen(number)

    outbox.drain_until_idle()

    assert sorted(heard) == [6, 8]
    assert EventDelivery.objects.get(state="dead").event.payload == {"number": 7}
    assert EventDelivery.objects.filter(state="done").count() == 2


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_what_is_waited_for_may_be_away_for_any_time_and_all_wait_together(wired, monkeypatch):
    wired(together(none_now, delays_s=(5,)))
    monkeypatch.setitem(outbox.CLAIM, "index", 2)
    for number in range(5):
        happen(number)

    outbox.drain_until_idle()
    for _ in range(20):
        EventDelivery.objects.update(due_at=Now())
        outbox.drain_until_idle()

    assert heard == [2] * 21
    assert set(EventDelivery.objects.values_list("state", "attempts")) == {("pending", 0)}
    assert EventDelivery.objects.filter(due_at__gt=Now()).count() == 5
