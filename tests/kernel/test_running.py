"""Every effect at least once, and shown once; what fails holds up nobody."""

import time
import uuid
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.db.models.functions import Now

from helpdesk.kernel import leases, outbox, running
from helpdesk.kernel.events import Subscription
from helpdesk.kernel.models import EventDelivery, OutboxEvent
from tests.kernel.happenings import (
    SomethingHappened,
    fail,
    happen,
    hear,
    hear_together,
    heard,
    lose_attempts,
    together,
)


@pytest.mark.django_db(transaction=True)
def test_a_failing_subscriber_is_tried_again_then_set_aside_and_holds_up_nobody(wired):
    wired(Subscription(subscriber=fail, delays_s=(0,)), Subscription(subscriber=hear))
    happen(7)

    outbox.drain_until_idle()

    assert heard == [7]
    dead = EventDelivery.objects.get(subscriber__endswith=".fail")
    assert (dead.state, dead.attempts) == ("dead", 2)
    assert "cannot hear 7" in dead.last_error


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


@pytest.mark.django_db(transaction=True)
def test_work_that_kills_its_process_each_time_is_set_aside(wired):
    wired(Subscription(subscriber=hear, delays_s=()))
    happen(9)
    outbox.fan_out()
    lose_attempts()

    outbox.drain("fast")

    dead = EventDelivery.objects.get()
    assert (heard, dead.state, dead.attempts) == ([], "dead", running.LOST_ATTEMPTS + 1)
    assert "the process died each time" in dead.last_error


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


def refuse_seven(happenings: list[SomethingHappened]) -> None:
    if any(event.number == 7 for event in happenings):
        raise ValueError("seven")
    heard.extend(event.number for event in happenings)


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


@pytest.mark.django_db(transaction=True)
def test_what_makes_way_pauses_while_the_other_lane_is_at_work_and_only_then(wired, monkeypatch):
    pauses: list[float] = []
    monkeypatch.setattr(running, "time", SimpleNamespace(monotonic=time.monotonic, sleep=pauses.append))
    wired(Subscription(subscriber=hear, lane="slow", makes_way_for="mail"))
    for number in range(3):
        happen(number)
    outbox.fan_out()
    with running.at_work("mail"):
        outbox.drain("slow")
    happen(3)
    outbox.fan_out()

    with running.at_work("index"):
        outbox.drain("slow")

    assert heard == [0, 1, 2, 3]
    assert pauses == [running.MAKE_WAY_S] * 3
