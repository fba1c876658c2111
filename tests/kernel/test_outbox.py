"""Every effect at least once, and shown once."""

import threading
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import ClassVar

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now

from helpdesk.kernel import events, leases, outbox, running
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
    raise events.TryLaterError("the other side is asleep")


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
def test_work_that_takes_long_gives_back_what_was_claimed_with_it(wired, monkeypatch):
    clock, claimed_at, left_s = [0.0], [], []
    claim = leases.claim

    def take_long(event: SomethingHappened) -> None:
        held = EventDelivery.objects.filter(event__payload__number=event.number).annotate(now=Now()).get()
        left_s.append((held.due_at - held.now).total_seconds() - (clock[0] - claimed_at[-1]))
        clock[0] += 25
        heard.append(event.number)

    monkeypatch.setattr(leases, "claim", lambda lane: claimed_at.append(clock[0]) or claim(lane))
    monkeypatch.setattr(running, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    wired(Subscription(subscriber=take_long, lane="mail", lease_s=60))
    for number in range(5):
        happen(number)
    outbox.fan_out()

    assert outbox.drain("mail") == 5
    assert heard == [0, 1, 2, 3, 4]
    assert claimed_at == [0.0, 50.0, 100.0, 125.0]
    assert min(left_s) > 30, "each begins with half of its lease left"
    assert set(EventDelivery.objects.values_list("state", "attempts")) == {("done", 1)}
    assert leases.in_hand == set()


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_a_database_that_fails_meanwhile_keeps_nothing_of_what_was_not_begun(wired, monkeypatch):
    def lose_connection(*_):
        raise OperationalError("gone")

    wired(Subscription(subscriber=fail))
    for number in range(3):
        happen(number)
    monkeypatch.setattr(leases, "postpone", lose_connection)
    with pytest.raises(OperationalError):
        outbox.drain("fast")

    rows = EventDelivery.objects.order_by("event_id").values_list("state", "attempts", "lease")
    assert list(rows)[1:] == [("pending", 0, None)] * 2
    assert leases.in_hand == set()


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
    outbox.drain("fast")

    assert rung == ["slow"]


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_what_follows_from_work_is_handed_out_with_it_and_wakes_only_the_workers_of_other_lanes(wired, monkeypatch):
    rung = []
    monkeypatch.setattr(events.doorbell, "ring", rung.append)
    wired(Subscription(subscriber=hear_and_count_down), Subscription(subscriber=not_now, lane="slow"))
    with transaction.atomic():
        publish(SomethingHappened(number=2))
    handed = outbox.fan_out()
    rung.clear()

    with events.handing_out():
        running.run(handed)

    assert (heard, rung) == ([2], ["slow"])
    assert OutboxEvent.objects.filter(fanned_out_at=None).count() == 0
    assert EventDelivery.objects.filter(lane="slow", state="pending").count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_follows_from_the_work_of_another_lane_wakes_who_hands_out(wired, monkeypatch):
    rung = []
    monkeypatch.setattr(events.doorbell, "ring", rung.append)
    wired(Subscription(subscriber=hear_and_count_down, lane="mail"))
    happen(1)
    outbox.fan_out()
    rung.clear()

    outbox.drain("mail")

    assert (heard, rung) == ([1], ["fast"])


@pytest.mark.django_db(transaction=True)
def test_what_follows_from_work_is_done_with_it_and_rings_for_nobody(wired, monkeypatch):
    rings = []
    monkeypatch.setattr(events.doorbell, "ring", rings.append)
    wired(Subscription(subscriber=hear_and_count_down))

    happen(2)
    outbox.drain("fast")

    assert heard == [2, 1, 0]
    assert rings == ["fast"]


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
    leases.claim("fast")
    leases.in_hand.clear()
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
    for _ in range(running.LOST_ATTEMPTS):
        leases.claim("fast")
        leases.in_hand.clear()
        outbox.take_over()

    outbox.drain("fast")

    dead = EventDelivery.objects.get()
    assert (heard, dead.state, dead.attempts) == ([], "dead", running.LOST_ATTEMPTS + 1)
    assert "the process died each time" in dead.last_error


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_work_that_kills_its_process_does_not_take_its_neighbours_along(wired):
    wired(Subscription(subscriber=hear, delays_s=()))
    for number in range(5):
        happen(number)
    outbox.fan_out()
    for _ in range(running.LOST_ATTEMPTS):
        leases.claim("fast")
        leases.in_hand.clear()
        outbox.take_over()

    outbox.drain("fast")

    assert sorted(heard) == [0, 1, 2, 3, 4]


def hear_in_writing(happenings: list[SomethingHappened]) -> None:
    """Write a row for each, and fail at seven."""
    for event in happenings:
        OutboxEvent.objects.create(name="heard", payload={"number": event.number}, fanned_out_at=Now())
        if event.number == 7:
            raise ValueError("seven")


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_what_is_written_for_many_in_one_transaction_is_undone_with_the_one_that_spoils_it(wired):
    wired(Subscription(subscriber=hear_in_writing, in_batches=True, delays_s=()))
    for number in (5, 6, 7, 8):
        happen(number)

    outbox.drain_until_idle()

    written = OutboxEvent.objects.filter(name="heard").values_list("payload__number", flat=True)
    assert sorted(written) == [5, 6, 8]
    assert EventDelivery.objects.get(state="dead").event.payload == {"number": 7}
    assert EventDelivery.objects.filter(state="done", attempts=1).count() == 3


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_what_was_taken_over_is_left_out_and_the_rest_of_the_batch_is_done_once(wired):
    wired(Subscription(subscriber=hear_in_writing, in_batches=True))
    for number in (1, 2, 3):
        happen(number)
    claimed = outbox.fan_out()
    EventDelivery.objects.filter(event__payload__number=2).update(lease=uuid.uuid4())

    running.run(claimed)

    written = OutboxEvent.objects.filter(name="heard").values_list("payload__number", flat=True)
    assert sorted(written) == [1, 3]
    assert sorted(EventDelivery.objects.values_list("event__payload__number", "state")) == [
        (1, "done"),
        (2, "pending"),
        (3, "done"),
    ]


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [1, 3])
def test_handing_out_and_doing_cost_as_many_statements_for_many_events_as_for_one(wired, assert_statements, number):
    wired(Subscription(subscriber=hear_together, in_batches=True))
    for each in range(number):
        happen(each)

    # Look, hand out in three, mark; then look twice more.
    with assert_statements(7):
        outbox.drain("fast")


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_what_is_shared_is_entered_once_for_all_that_is_done_in_one_turn(wired):
    entered = []

    @contextmanager
    def line(happenings):
        entered.append([event.number for event in happenings])
        yield entered[-1]
        entered.append("left")

    def say(event: SomethingHappened, shared: list[int]) -> None:
        heard.append((event.number, shared))

    wired(Subscription(subscriber=say, sharing=line, transactional=False))
    for number in (1, 2):
        happen(number)
    outbox.drain("fast")

    assert entered == [[1, 2], "left"]
    assert heard == [(1, [1, 2]), (2, [1, 2])]
    assert set(EventDelivery.objects.values_list("state", flat=True)) == {"done"}


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_behind_work_that_is_slow_nothing_that_was_claimed_with_it_waits(wired, monkeypatch):
    clock = [0.0]

    def dawdle(event: SomethingHappened) -> None:
        waiting = EventDelivery.objects.filter(state="pending").exclude(lease=None).count()
        heard.append((event.number, waiting))
        clock[0] += 2

    monkeypatch.setattr(running, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    wired(Subscription(subscriber=dawdle, lane="slow", turn_s=1, transactional=False))
    for number in range(3):
        happen(number)

    assert outbox.drain_until_idle() == 3
    assert heard == [(0, 3), (1, 2), (2, 1)]
    assert set(EventDelivery.objects.values_list("state", "attempts")) == {("done", 1)}


def hear_together(happenings: list[SomethingHappened]) -> None:
    heard.append([event.number for event in happenings])


def refuse_seven(happenings: list[SomethingHappened]) -> None:
    if any(event.number == 7 for event in happenings):
        raise ValueError("seven")
    heard.extend(event.number for event in happenings)


def none_now(happenings: list[SomethingHappened]) -> None:
    heard.append(len(happenings))
    raise events.TryLaterError("the index is away")


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
