"""Background work: threads for each lane of the outbox, and one that keeps the schedule.

They run inside the server when that is alone, and as `manage.py work` beside servers that share a Redis. Small on
purpose: the database outbox is the queue of record, so all of this may be lost at any moment.
"""

import logging
import os
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from queue import Empty
from threading import Event, Thread
from typing import Any, cast

from celery import Celery
from celery.schedules import crontab
from django.db import connections
from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.simple import SimpleQueue

from helpdesk.kernel import events, outbox
from helpdesk.kernel.doorbell import RING
from helpdesk.kernel.tasks import drain

logger = logging.getLogger(__name__)

# A lane has its own threads, so what hangs in one (a mail server in "slow") takes none of another's.
THREADS_PER_LANE = {"fast": 2, "mail": 1, "slow": 3, "files": 1, "index": 1}
# What comes within this time is done together: a change of the index costs as much as a hundred.
GATHER_S = {"index": 0.25}
LOOK_UP_S = 0.5
WITHOUT_BROKER_S = 2.0
STOP_S = 60.0


class Worker:
    """The lanes and the schedule, each in threads of its own; several of these may run at once."""

    def __init__(self, app: Celery, connect: Callable[[], Connection]) -> None:
        self._app = app
        self._connect = connect
        self._stopping = Event()
        self._threads: list[Thread] = []

    def start(self) -> None:
        outbox.finishing.clear()
        # Celery would run Django's system checks here, which is `make check`'s work and costs the start a second.
        os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
        # While there is one thread: no two import in a circle.
        self._app.loader.import_default_modules()
        events.wiring()
        for lane in outbox.LANES:
            for number in range(THREADS_PER_LANE[lane]):
                self._run(f"{lane}-{number}", self._work, lane)
        self._run("schedule", self._keep_schedule)

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
        broker = self._connect()
        lost: tuple[type[BaseException], ...] = (OperationalError, *broker.connection_errors, *broker.channel_errors)
        try:
            self._answer_messages(broker, lane)
        except lost as error:
            if self._stopping.is_set():
                return
            logger.warning("The broker does not answer (%s); %s looks for its work itself.", error, lane)
            _attempt(drain, lane=lane)
            self._stopping.wait(WITHOUT_BROKER_S)
        finally:
            broker.release()

    def _answer_messages(self, broker: Connection, lane: str) -> None:
        """Take Celery's messages of one lane and run their tasks; one that is lost is found by the sweep."""
        # On a channel of its own: with the default one a broker that is away would be waited for without end.
        address = cast("Any", self._app.amqp.queues[lane])
        with closing(broker.SimpleQueue(address, no_ack=True, channel=broker.channel())) as queue:
            self._catch_up(queue, lane)
            while not self._stopping.is_set():
                try:
                    message = queue.get(timeout=LOOK_UP_S)
                except Empty:
                    continue
                if lane in GATHER_S:
                    self._stopping.wait(GATHER_S[lane])
                    # They all ask for the same.
                    queue.clear()
                run_task(self._app, message)

    def _catch_up(self, queue: SimpleQueue, lane: str) -> None:
        """Look once for what waits, however often somebody rang meanwhile; what else was sent is done as well."""
        declared = cast("Any", queue.queue.queue_declare())
        # Another worker may take some of them.
        with suppress(Empty):
            for _ in range(declared.message_count):
                message = cast("Any", queue.get_nowait())
                if message.headers["task"] != RING:
                    run_task(self._app, message)
        _attempt(drain, lane=lane)

    def _keep_schedule(self) -> None:
        due = [ScheduledTask(self._app, entry) for entry in self._app.conf.beat_schedule.values()]
        while not self._stopping.wait(min((task.wait_s() for task in due), default=LOOK_UP_S)):
            for task in due:
                task.send_when_due()


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
        try:
            self._app.send_task(self._entry["task"], **self._entry.get("options", {}), retry=False)
        except (OperationalError, OSError) as error:
            logger.warning("The broker does not answer (%s); %s waits for its next turn.", error, self._entry["task"])

    def _following(self) -> float:
        schedule: crontab | float = self._entry["schedule"]
        if isinstance(schedule, crontab):
            schedule = schedule.remaining_estimate(self._app.now()).total_seconds()
        return time.monotonic() + schedule


def run_task(app: Celery, message: Any) -> None:
    expires = message.headers.get("expires")
    if expires and datetime.fromisoformat(expires) < datetime.now(UTC):
        return
    args, kwargs, _embed = message.decode()
    name = message.headers["task"]
    if name in app.tasks:
        _attempt(app.tasks[name], *args, **kwargs)
    else:
        logger.error("No task is called %s.", name)


def _attempt(task: Callable[..., object], *args: object, **kwargs: object) -> None:
    try:
        task(*args, **kwargs)
    except Exception:
        # A task that fails must not end the thread that runs the next one; the sweep brings back what was not done.
        logger.exception("Task %s failed.", getattr(task, "name", task))
        connections.close_all()
