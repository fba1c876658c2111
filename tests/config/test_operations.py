"""Readiness, metrics and the backlog they report."""

import errno
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.utils import timezone

from config import engines
from helpdesk.kernel.backlog import Backlog, backlog
from helpdesk.kernel.models import EventDelivery, OutboxEvent


def delivery(**fields) -> EventDelivery:
    event = OutboxEvent.objects.create(name="x", payload={}, fanned_out_at=timezone.now())
    return EventDelivery.objects.create(event=event, subscriber="x", lane="fast", **fields)


def test_a_retry_that_is_not_due_waits_but_is_not_late(db):
    now = timezone.now()
    delivery(due_at=now + timedelta(hours=1))
    delivery(due_at=now - timedelta(seconds=90))
    delivery(due_at=now - timedelta(days=1), state="dead")
    delivery(due_at=now - timedelta(days=1), state="done")
    OutboxEvent.objects.create(name="x", payload={})
    found = backlog()
    assert (found.pending, found.dead) == (3, 1)
    assert 90 <= found.oldest_s < 95


def test_a_clock_that_jumped_back_makes_no_negative_age(db):
    OutboxEvent.objects.create(name="x", payload={})
    OutboxEvent.objects.update(created_at=timezone.now() + timedelta(hours=2))
    assert backlog() == Backlog(pending=1, oldest_s=0, dead=0)


def test_work_that_is_stuck_shows_but_the_pages_stay_ready(db, client):
    delivery(due_at=timezone.now() - timedelta(minutes=6))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert answer.json()["checks"]["outbox"]["ok"] is False


def test_a_database_that_does_not_answer_makes_us_unready(db, client, monkeypatch):
    def silent(_question):
        raise OperationalError("connection refused")

    monkeypatch.setattr(engines, "_ask", silent)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["ready"] is False
    assert answer.json()["checks"]["database"] == {
        "ok": False,
        "engine": connection.vendor,
        "error": "OperationalError",
    }


def test_a_full_disk_makes_us_unready(db, client, monkeypatch):
    def full(_folder):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(engines, "_write_and_remove", full)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["files"] == {"ok": False, "engine": "folder", "error": "OSError"}


def test_a_bus_that_forgets_makes_us_unready(db, client, monkeypatch):
    monkeypatch.setattr(cache, "get", lambda *_args: None)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["bus"]["ok"]) == (503, False)


@pytest.mark.parametrize(
    "who", [{"REMOTE_ADDR": "10.0.0.9"}, {"HTTP_X_FORWARDED_FOR": "10.0.0.9"}, {"HTTP_FORWARDED": "for=10.0.0.9"}]
)
def test_nobody_elsewhere_reads_our_numbers(db, client, who):
    assert client.get("/metrics", **who).status_code == 404


def test_the_numbers_name_routes_and_never_what_a_visitor_typed(db, client):
    client.get("/healthz")
    client.get("/geheim-typefout/")
    numbers = client.get("/metrics").content.decode()
    assert 'aanspreekpunt_requests_total{route="/healthz",status="2xx"}' in numbers
    assert 'aanspreekpunt_requests_total{route="none",status="4xx"}' in numbers
    assert "geheim" not in numbers
