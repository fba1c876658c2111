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

HOST = "127.0.0.1"


@pytest.fixture
def broker_at(monkeypatch):
    """Let the product, with its own settings for a broker, look for one at this port."""

    def look_at(port: int) -> None:
        app = Celery("away", broker=f"redis://{HOST}:{port}/0", set_as_current=False)
        app.conf.broker_transport_options = product.conf.broker_transport_options
        monkeypatch.setattr(doorbell, "current_app", app)

    return look_at


@pytest.fixture
def closed_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        return listener.getsockname()[1]


def test_a_broker_that_is_down_is_given_up_at_once(broker_at, closed_port, caplog):
    broker_at(closed_port)
    doorbell.send("fast")  # the first one imports what talks to Redis
    started = time.perf_counter()

    with caplog.at_level(logging.WARNING):
        doorbell.send("slow")

    assert time.perf_counter() - started < 1
    assert "The broker does not answer" in caplog.text


def test_who_rings_does_not_wait_for_a_broker_that_never_answers(broker_at):
    with socket.create_server((HOST, 0)) as silent:
        broker_at(silent.getsockname()[1])
        bell = doorbell.Doorbell(doorbell.send)
        started = time.perf_counter()

        for _ in range(100):
            bell.ring()
            bell.ring("slow")

        assert time.perf_counter() - started < 0.5


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
    monkeypatch.setattr(doorbell, "REST_S", 0.2)
    sent: list[tuple[str, float]] = []
    bell = doorbell.Doorbell(lambda lane: sent.append((lane, time.monotonic())))
    bell.ring()
    _wait_until(lambda: len(sent) == 1)
    bell.ring()
    bell.ring("slow")

    _wait_until(lambda: len(sent) == 3)

    assert [lane for lane, _moment in sent] == ["fast", "slow", "fast"]
    first, other, again = (moment for _lane, moment in sent)
    assert (other - first < 0.15, again - first >= 0.2) == (True, True)


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
    deadline = time.monotonic() + 5
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)
