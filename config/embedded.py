"""The engines inside the server's own process: what Redis and `manage.py work` do elsewhere."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from celery import Celery
from channels.exceptions import ChannelFull
from channels.layers import InMemoryChannelLayer
from django.db import DatabaseError, connection
from kombu import Connection
from kombu.transport import memory

from config.worker import LOOK_UP_S, Worker
from helpdesk.kernel import doorbell, outbox

logger = logging.getLogger(__name__)

WATCH_S = 1.0


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


class Engines(Worker):
    """The worker inside the server's process, and a watcher for what other processes write."""

    def __init__(self, app: Celery) -> None:
        super().__init__(app, partial(Connection, "embedded", transport=BlockingTransport))

    def start(self) -> None:
        # Made here, because two threads that make one queue at once would each have their own.
        with self._connect() as broker:
            for lane in outbox.LANES:
                self._app.amqp.queues[lane].bind(broker.default_channel).declare()
        super().start()
        if connection.vendor == "sqlite":
            self._run("watcher", self._watch_database)

    def _watch_database(self) -> None:
        """Ring when somebody wrote, because another process cannot ring in this one."""
        version = _data_version()
        while not self._stopping.wait(WATCH_S):
            previous, version = version, _data_version() or version
            if version != previous:
                doorbell.ring()


def _data_version() -> int | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            return int(cursor.fetchone()[0])
    except DatabaseError:
        logger.warning("The database did not answer the watcher.", exc_info=True)
        connection.close()
        return None
