"""The worker beside servers that share a Redis; what it has in common with the embedded one is tested there."""

import threading
from collections import Counter

import pytest
from celery import Celery
from django.core.management import CommandError, call_command
from kombu import Connection

from config import worker
from config.worker import Worker
from helpdesk.kernel import outbox
from helpdesk.kernel.doorbell import RING
from tests.engines.services import free_port, wait_until


def test_without_redis_there_is_no_work_beside_the_server(settings):
    settings.EMBEDDED = True

    with pytest.raises(CommandError, match="without REDIS_URL"):
        call_command("work")


@pytest.fixture
def lonely_worker():
    """Make a worker whose broker is not there."""
    app = Celery("test", set_as_current=False)
    app.conf.update(task_ignore_result=True, beat_schedule={}, broker_url=f"redis://127.0.0.1:{free_port()}/0")
    lonely = Worker(app, lambda: Connection(app.conf.broker_url))
    yield lonely
    lonely.stop()
    outbox.finishing.clear()


def test_while_the_broker_is_away_each_lane_looks_for_its_work_itself_and_again(lonely_worker, monkeypatch):
    looks: Counter[str] = Counter()
    everywhere_again = threading.Event()

    def look(*, lane):
        looks[lane] += 1
        # More looks than threads: one of them looked a second time.
        if all(looks[name] > worker.THREADS_PER_LANE[name] for name in outbox.LANES):
            everywhere_again.set()
        raise RuntimeError("a look that fails ends no thread")

    monkeypatch.setattr(worker, "drain", look)
    monkeypatch.setattr(worker, "WITHOUT_BROKER_S", 0.05)
    lonely_worker.start()
    assert everywhere_again.wait(60), looks
    lonely_worker.stop()
    assert not any(thread.is_alive() for thread in lonely_worker._threads)


def test_a_schedule_without_a_broker_waits_for_its_next_turn(lonely_worker, monkeypatch):
    monkeypatch.setattr(worker, "drain", lambda **_: None)
    lonely_worker._app.conf.beat_schedule = {"tick": {"task": "tick", "schedule": 0.05, "options": {"queue": "fast"}}}
    lonely_worker.start()
    threading.Event().wait(0.5)
    assert all(thread.is_alive() for thread in lonely_worker._threads)


def test_what_was_asked_for_while_no_worker_was_there_is_one_look_at_each_lane(monkeypatch):
    app = Celery("test", set_as_current=False)
    app.conf.update(task_ignore_result=True, beat_schedule={}, broker_url="memory://nobody-there")
    looks: list[str] = []
    rung, forgotten = threading.Event(), threading.Event()

    def look(*, lane):
        looks.append(lane)

    @app.task(name="ring")
    def ring():
        rung.set()

    @app.task(name="forget")
    def forget():
        forgotten.set()

    monkeypatch.setattr(worker, "drain", look)
    for _ in range(100):
        app.send_task(RING, kwargs={"lane": "mail"}, queue="mail")
    # What the schedule asks for once a day is no ring: nobody asks for it again.
    app.send_task("forget", queue="mail")
    late = Worker(app, app.connection_for_read)
    late.start()
    wait_until(lambda: len(looks) >= sum(worker.THREADS_PER_LANE.values()), "not every thread looks")
    app.send_task("ring", queue="mail")

    assert rung.wait(60)
    assert forgotten.is_set()
    late.stop()
    outbox.finishing.clear()
    assert Counter(looks) == Counter(worker.THREADS_PER_LANE)
