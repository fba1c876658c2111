"""The desk's socket: says which ticket changed, never what. Each frame is judged again for its reader as it leaves."""

import json
from dataclasses import dataclass
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from helpdesk.accounts.selectors import KnownSession, actor_in_session, session_called
from helpdesk.desk.subscribers import queue_group, user_group
from helpdesk.tickets.querysets import served_queue_ids

REFUSED = 4403
POLICY_VIOLATION = 1008
# A page has nothing to say to us over this socket; who keeps talking is no page of ours.
PATIENCE = 20


@dataclass(frozen=True)
class Reader:
    """Who reads a socket, and the queues they may hear of now."""

    user_id: int
    queue_ids: frozenset[int]


class DeskConsumer(AsyncWebsocketConsumer):
    session: KnownSession | None = None
    user_id = 0
    joined: frozenset[int] = frozenset()
    frames_received = 0
    is_over = False

    async def connect(self) -> None:
        self.session = await _session_called(self.scope["session"].session_key)
        reader = await _reader_of(self.session)
        if reader is None:
            await self.close(code=REFUSED)
            return
        self.user_id = reader.user_id
        await self.channel_layer.group_add(user_group(self.user_id), self.channel_name)
        await self._listen_to(reader.queue_ids)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self._listen_to(frozenset())
        await self.channel_layer.group_discard(user_group(self.user_id), self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Ignore whatever a page sends, and close when it does not stop."""
        self.frames_received += 1
        if self.frames_received > PATIENCE:
            await self._end(POLICY_VIOLATION)

    async def ticket_changed(self, news: dict[str, Any]) -> None:
        reader = await self._reader_now()
        if reader is not None and _is_news_for(reader, news):
            await self.send(json.dumps({"type": "changed", "ticket": news["reference"], "seq": news["seq"]}))

    async def access_changed(self, _news: dict[str, Any]) -> None:
        await self._reader_now()

    async def _reader_now(self) -> Reader | None:
        """Return who reads, listening to exactly the queues they serve now; turn out who may no longer be here."""
        reader = None if self.is_over else await _reader_of(self.session)
        await self._listen_to(reader.queue_ids if reader else frozenset())
        if reader is None:
            await self._end(REFUSED)
        return reader

    async def _end(self, code: int) -> None:
        """Close, once: news and frames that were on their way already may still arrive."""
        if not self.is_over:
            self.is_over = True
            await self.close(code=code)

    async def _listen_to(self, queue_ids: frozenset[int]) -> None:
        for queue_id in self.joined - queue_ids:
            await self.channel_layer.group_discard(queue_group(queue_id), self.channel_name)
        for queue_id in queue_ids - self.joined:
            await self.channel_layer.group_add(queue_group(queue_id), self.channel_name)
        self.joined = queue_ids


_session_called = database_sync_to_async(session_called)


@database_sync_to_async
def _reader_of(session: KnownSession | None) -> Reader | None:
    """Return who reads, as the database knows it now (two queries); None for who signed out or is no agent."""
    actor = actor_in_session(session) if session else None
    if actor is None or not actor.is_agent:
        return None
    return Reader(actor.user_id, frozenset(served_queue_ids(actor)))


def _is_news_for(reader: Reader, news: dict[str, Any]) -> bool:
    """Say whether the reader may know that the ticket changed: once, through one queue.

    Through the queue where it is now for who serves that one, else through the one it left.
    """
    heard_through = news["now_in"] if news["now_in"] in reader.queue_ids else news["queue_id"]
    return news["queue_id"] in reader.queue_ids and news["queue_id"] == heard_through
