"""Events are written with what they tell of, handed out once, and forgotten when all of it is done."""

from datetime import timedelta

import pytest
from django.db import transaction

from helpdesk.kernel import events, leases, outbox, running
from helpdesk.kernel.events import Subscription, publish
from helpdesk.kernel.models import EventDelivery, OutboxEvent
from tests.kernel.happenings import (
    SomethingHappened,
    fail,
    happen,
    hear,
    hear_and_count_down,
    hear_together,
    heard,
    not_now,
)


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
def test_a_dead_delivery_runs_again_when_somebody_says_so(wired):
    wired(Subscription(subscriber=fail, delays_s=()))
    happen(3)
    outbox.drain_until_idle()
    wired(Subscription(subscriber=hear))
    EventDelivery.objects.update(subscriber=f"{hear.__module__}.hear")

    assert outbox.retry(EventDelivery.objects.filter(state="dead")) == 1
    outbox.drain_until_idle()

    assert heard == [3]


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
