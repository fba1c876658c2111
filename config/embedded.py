"""The engines inside the server's own process: what Redis, Celery workers and beat do elsewhere.

Small on purpose. The database outbox is the queue of record, so all of this may be lost at any moment.
"""

import asyncio
import logging
import os
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from queue import Empty
from threading import Event, Thread
from typing import Any, cast

from celery import Celery
from celery.schedules import crontab
from channels.exceptions import ChannelFull
from channels.layers import InMemoryChannelLayer
from django.db import DatabaseError, connection, connections
from kombu import Connection
from kombu.transport import memory

from helpdesk.kernel import doorbell, outbox

logger = logging.getLogger(__name__)

# A hanging mail server keeps threads of "slow" only.
THREADS_PER_LANE = {"fast": 2, "mail": 1, "slow": 3}
LOOK_UP_S = 0.5
WATCH_S = 1.0
STOP_S = 60.0


class ThreadSafeChannelLayer(InMemoryChannelLayer):
    """Channels' in-memory layer, which any thread may send to; the consumers live on the server's loop."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._home: asyncio.AbstractEventLoop | None = None
        self._sending: set[asyncio.Task[None]] = set()

    async def new_channel(self, prefix: str = "specific.") -> str:
        self._home = asyncio.get_running_loop()
        channel: str = await super().new_channel(prefix)
        return channel

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        await self._at_home(self._send_here, channel, message)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        await self._at_home(self._group_send_here, group, message)

    async def _at_home(self, send: Callable[..., Any], address: str, message: dict[str, Any]) -> None:
        home = self._home
        if home is None or home is asyncio.get_running_loop():
            await send(address, message)
        elif not home.is_closed():
            home.call_soon_threadsafe(self._start, send, address, message)

    def _start(self, send: Callable[..., Any], address: str, message: dict[str, Any]) -> None:
        task = asyncio.ensure_future(send(address, message))
        # The loop itself keeps only a weak reference to a task.
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send_here(self, channel: str, message: dict[str, Any]) -> None:
        await super().send(channel, message)

    async def _group_send_here(self, group: str, message: dict[str, Any]) -> None:
        self.require_valid_group_name(group)
        self._clean_expired()  # type: ignore[attr-defined]
        for channel in list(self.groups.get(group, ())):
            try:
                await super().send(channel, message)
            except ChannelFull:
                # A reader that stopped reading: it fetches what it missed when it connects again.
                logger.info("A full channel missed a message of group %s.", group)


class BlockingChannel(memory.Channel):
    """Kombu's memory channel looks once a second; this one waits for the message itself."""

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        return self._queue_for(queue).get(timeout=timeout or LOOK_UP_S)


class BlockingTransport(memory.Transport):
    Channel = BlockingChannel
    polling_interval = None


class Engines:
    """The worker's lanes, the schedule and the watcher, each in threads of its own."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._stopping = Event()
        self._threads: list[Thread] = []

    def start(self) -> None:
        outbox.finishing.clear()
        # Celery would run Django's system checks here, which is `make check`'s work and costs the start a second.
        os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
        self._app.loader.import_default_modules()
        # Made here, because two threads that make one queue at once would each have their own.
        with Connection("embedded", transport=BlockingTransport) as broker:
            for lane in outbox.LANES:
                self._app.amqp.queues[lane].bind(broker.default_channel).declare()
        for lane in outbox.LANES:
            for number in range(THREADS_PER_LANE[lane]):
                self._run(f"{lane}-{number}", self._work, lane)
        self._run("schedule", self._keep_schedule)
        if connection.vendor == "sqlite":
            self._run("watcher", self._watch_database)

    def stop(self) -> None:
        """Finish what is being done, begin nothing new."""
        self._stopping.set()
        outbox.finishing.set()
        deadline = time.monotonic() + STOP_S
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                logger.error("%s does not finish; what it was doing is done again after the next start.", thread.name)

    def _run(self, name: str, target: Callable[..., None], *args: object) -> None:
        thread = Thread(target=self._until_done, args=(target, *args), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _until_done(self, target: Callable[..., None], *args: object) -> None:
        try:
            while not self._stopping.is_set():
                target(*args)
        finally:
            connections.close_all()

    def _work(self, lane: str) -> None:
        """Take Celery's messages of one lane and run their tasks."""
        with (
            Connection("embedded", transport=BlockingTransport) as broker,
            closing(broker.SimpleQueue(cast("Any", self._app.amqp.queues[lane]))) as queue,
        ):
            while not self._stopping.is_set():
                try:
                    message = queue.get(timeout=LOOK_UP_S)
                except Empty:
                    continue
                message.ack()
                run_task(self._app, message)

    def _keep_schedule(self) -> None:
        due = [ScheduledTask(self._app, entry) for entry in self._app.conf.beat_schedule.values()]
        while not self._stopping.wait(min((task.wait_s() for task in due), default=WATCH_S)):
            for task in due:
                task.send_when_due()

    def _watch_database(self) -> None:
        """Ring when somebody wrote, because another process cannot ring in this one."""
        version = _data_version()
        while not self._stopping.wait(WATCH_S):
            previous, version = version, _data_version() or version
            if version != previous:
                doorbell.ring()


class ScheduledTask:
    """One entry of Celery's static schedule; an interval goes by the monotonic clock, so it survives clock jumps."""

    def __init__(self, app: Celery, entry: dict[str, Any]) -> None:
        self._app = app
        self._entry = entry
        self._next = self._following()

    def wait_s(self) -> float:
        return min(max(self._next - time.monotonic(), 0.01), LOOK_UP_S)

    def send_when_due(self) -> None:
        if time.monotonic() < self._next:
            return
        self._next = self._following()
        self._app.send_task(self._entry["task"], **self._entry.get("options", {}))

    def _following(self) -> float:
        schedule: crontab | float = self._entry["schedule"]
        if isinstance(schedule, crontab):
            schedule = schedule.remaining_estimate(self._app.now()).total_seconds()
        return time.monotonic() + schedule


def run_task(app: Celery, message: Any) -> None:
    name = message.headers["task"]
    expires = message.headers.get("expires")
    if expires and datetime.fromisoformat(expires) < datetime.now(UTC):
        return
    args, kwargs, _embed = message.decode()
    try:
        app.tasks[name](*args, **kwargs)
    except Exception:
        # A task that fails must not end the thread that runs the next one; the sweep brings back what was not done.
        logger.exception("Task %s failed.", name)
        connections.close_all()


def _data_version() -> int | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            return int(cursor.fetchone()[0])
    except DatabaseError:
        logger.warning("The database did not answer the watcher.", exc_info=True)
        connection.close()
        return None
