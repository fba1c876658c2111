"""A broker that is away makes nobody wait."""

import logging
import socket
import sys
import threading
import time

import pytest
from celery import Celery

from config.celery import app as product
from helpdesk.kernel import doorbell
from tests.engines.services import free_port
from tests.stopwatch import seconds_of

HOST = "127.0.0.1"


@pytest.fixture
def broker_at(monkeypatch):
    """Let the product, with its own settings for a broker, look for one at this port."""

    def look_at(port: int) -> None:
        app = Celery("away", broker=f"redis://{HOST}:{port}/0", set_as_current=False)
        app.conf.broker_transport_options = product.conf.broker_transport_options
        monkeypatch.setattr(doorbell, "current_app", app)

    return look_at


def test_a_broker_that_is_down_is_given_up_at_once(broker_at, caplog):
    broker_at(free_port())
    doorbell.send("fast")  # the first one imports what talks to Redis

    with caplog.at_level(logging.WARNING):
        assert seconds_of(lambda: doorbell.send("slow")) < 1
    assert "The broker does not answer" in caplog.text


def test_who_rings_does_not_wait_for_a_broker_that_never_answers(broker_at):
    given_up = []

    def send(lane: str) -> None:
        doorbell.send(lane)
        given_up.append(lane)

    with socket.create_server((HOST, 0)) as silent:
        broker_at(silent.getsockname()[1])
        bell = doorbell.Doorbell(send)
        started = time.thread_time()

        for _ in range(100):
            bell.ring()
            bell.ring("slow")

        assert given_up == []
        assert time.thread_time() - started < 0.5


def test_a_burst_is_few_messages_and_every_lane_hears_of_it():
    sent, go_on = [], threading.Event()

    def send(lane: str) -> None:
        sent.append(lane)
        go_on.wait(10)

    bell = doorbell.Doorbell(send)
    bell.ring()
    _wait_until(lambda: sent == ["fast"])

    for _ in range(100):
        bell.ring()
        bell.ring("slow")
    go_on.set()

    _wait_until(lambda: sorted(sent) == ["fast", "fast", "slow"])


def test_one_lane_is_rung_at_most_so_often_and_no_other_waits_for_it(monkeypatch):
    monkeypatch.setattr(doorbell, "REST_S", 1.0)
    sent: list[tuple[str, float]] = []

    def send(lane: str) -> None:
        sent.append((lane, time.monotonic()))
        if len(sent) == 1:
            # Before anything else can be done: however busy the machine is, these are rung in the rest.
            bell.ring()
            bell.ring("slow")

    bell = doorbell.Doorbell(send)
    rung_at = time.monotonic()
    bell.ring()

    _wait_until(lambda: len(sent) == 3)

    assert [lane for lane, _moment in sent] == ["fast", "slow", "fast"]
    assert sent[-1][1] - rung_at >= 1.0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_who_rings_after_the_thread_died_is_heard():
    sent = []

    def send(lane: str) -> None:
        sent.append(lane)
        sys.exit()

    bell = doorbell.Doorbell(send)
    bell.ring("slow")
    _wait_until(lambda: sent and not bell._thread.is_alive())
    bell.ring()

    _wait_until(lambda: sent == ["slow", "fast"])


def _wait_until(is_so) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)
