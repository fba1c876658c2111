"""The engines inside the server's process."""

import asyncio
import threading
import time
from itertools import chain, repeat

import pytest
from asgiref.sync import async_to_sync
from celery import Celery

from config import embedded, worker
from config.embedded import Engines, ThreadSafeChannelLayer
from config.worker import THREADS_PER_LANE
from helpdesk.kernel import doorbell, outbox
from tests.engines.services import wait_until


async def test_news_from_another_thread_arrives_at_once():
    layer = ThreadSafeChannelLayer()
    channel = await layer.new_channel()
    await layer.group_add("ticket.7.agents", channel)
    started = time.perf_counter()
    await asyncio.to_thread(async_to_sync(layer.group_send), "ticket.7.agents", {"type": "changed", "seq": 3})
    assert await asyncio.wait_for(layer.receive(channel), 60) == {"type": "changed", "seq": 3}
    assert time.perf_counter() - started < 10


async def test_news_for_one_group_stays_out_of_another():
    layer = ThreadSafeChannelLayer()
    channels = [await layer.new_channel(), await layer.new_channel()]
    await layer.group_add("ticket.7.agents", channels[0])
    await layer.group_add("ticket.7.requester", channels[1])
    await asyncio.to_thread(async_to_sync(layer.group_send), "ticket.7.agents", {"type": "note"})
    await asyncio.to_thread(async_to_sync(layer.group_send), "ticket.7.requester", {"type": "reply"})
    assert [await asyncio.wait_for(layer.receive(channel), 60) for channel in channels] == [
        {"type": "note"},
        {"type": "reply"},
    ]


async def test_a_reader_that_stopped_reading_keeps_nobody_else_from_the_news():
    layer = ThreadSafeChannelLayer(capacity=1)
    full, fine = await layer.new_channel(), await layer.new_channel()
    for channel in (full, fine):
        await layer.group_add("desk", channel)
    await layer.send(full, {"type": "old"})
    await layer.group_send("desk", {"type": "news"})
    assert await layer.receive(fine) == {"type": "news"}
    assert await layer.receive(full) == {"type": "old"}


async def test_many_threads_at_once_lose_nothing():
    layer = ThreadSafeChannelLayer(capacity=1000)
    channel = await layer.new_channel()
    await layer.group_add("desk", channel)
    send = async_to_sync(layer.group_send)
    await asyncio.gather(*[asyncio.to_thread(send, "desk", {"type": "n", "number": number}) for number in range(200)])
    received = [await asyncio.wait_for(layer.receive(channel), 60) for _ in range(200)]
    assert sorted(message["number"] for message in received) == list(range(200))


@pytest.fixture
def celery_app(monkeypatch):
    monkeypatch.setattr(Engines, "_watch_database", lambda _self: time.sleep(0.01))
    app = Celery("test", broker="memory://embedded", set_as_current=False)
    app.conf.update(task_ignore_result=True, broker_transport_options={}, beat_schedule={})
    yield app
    outbox.finishing.clear()


@pytest.fixture
def engines(celery_app):
    engines = Engines(celery_app)
    yield engines
    engines.stop()


@pytest.fixture
def start(engines, monkeypatch):
    """Start the engines and wait until every thread has looked once: from then on they hear what is asked."""
    looked = threading.Semaphore(0)
    monkeypatch.setattr(worker, "drain", lambda **_: looked.release())

    def started():
        engines.start()
        for _ in range(sum(THREADS_PER_LANE.values())):
            assert looked.acquire(timeout=60)

    return started


def test_a_task_that_hangs_in_slow_delays_nothing_in_fast(celery_app, start):
    hanging, go_on, done = threading.Semaphore(0), threading.Event(), threading.Event()

    @celery_app.task(name="hang")
    def hang():
        hanging.release()
        go_on.wait(120)

    @celery_app.task(name="quick")
    def quick():
        done.set()

    start()
    for _ in range(6):
        celery_app.send_task("hang", queue="slow")
    for _ in range(THREADS_PER_LANE["slow"]):
        assert hanging.acquire(timeout=60)
    started = time.perf_counter()
    celery_app.send_task("quick", queue="fast")
    assert done.wait(60)
    assert time.perf_counter() - started < 10
    go_on.set()


def test_stopping_finishes_the_task_that_runs(celery_app, engines, start):
    running, finished = threading.Event(), threading.Event()

    @celery_app.task(name="long")
    def long():
        running.set()
        time.sleep(0.5)
        finished.set()

    start()
    celery_app.send_task("long", queue="slow")
    assert running.wait(60)
    engines.stop()
    assert finished.is_set()
    assert not any(thread.is_alive() for thread in engines._threads)


def test_a_task_that_fails_does_not_end_its_lane(celery_app, start):
    done = threading.Event()

    @celery_app.task(name="fail")
    def fail():
        raise ValueError("broken")

    @celery_app.task(name="work")
    def work():
        done.set()

    start()
    for _ in range(4):
        celery_app.send_task("fail", queue="fast")
    celery_app.send_task("no-such-task", queue="fast")
    celery_app.send_task("work", queue="fast")
    assert done.wait(60)


def test_the_static_schedule_is_kept(celery_app, engines, start):
    times: list[float] = []

    @celery_app.task(name="tick")
    def tick():
        times.append(time.monotonic())

    options = {"queue": "fast", "expires": 5}
    celery_app.conf.beat_schedule = {"tick": {"task": "tick", "schedule": 0.2, "options": options}}
    started = time.monotonic()
    start()
    wait_until(lambda: len(times) >= 3, "the schedule is not kept")
    engines.stop()
    # Every 0.2 s; one that comes late does not keep the next one back.
    assert len(times) <= (time.monotonic() - started) / 0.2


def test_a_message_that_expired_is_dropped(celery_app, start):
    ran: list[str] = []

    @celery_app.task(name="note")
    def note(text):
        ran.append(text)

    start()
    celery_app.send_task("note", ["too late"], queue="fast", expires=-1)
    celery_app.send_task("note", ["in time"], queue="fast", expires=60)
    wait_until(lambda: ran, "nothing ran")
    assert ran == ["in time"]


def test_what_another_process_wrote_rings_the_doorbell(celery_app, monkeypatch):
    monkeypatch.undo()
    versions, seen = chain([4, 4, 5, None, 5], repeat(6)), []
    rings: list[int] = []
    engines = Engines(celery_app)
    monkeypatch.setattr(embedded, "WATCH_S", 0.01)
    monkeypatch.setattr(embedded, "_data_version", lambda: seen.append(next(versions)) or seen[-1])
    monkeypatch.setattr(doorbell, "ring", lambda: rings.append(1))
    watcher = threading.Thread(target=engines._watch_database)
    watcher.start()
    # The last change was seen, and after it nothing new.
    wait_until(lambda: len(seen) > 8, "nobody watches")
    engines._stopping.set()
    watcher.join()
    assert len(rings) == 2
