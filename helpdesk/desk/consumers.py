"""The desk's socket: says which ticket changed, never what. Each frame is judged again for its reader as it leaves."""

import json
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import Any, cast

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from helpdesk.accounts.selectors import actor_of
from helpdesk.desk.subscribers import queue_group, user_group
from helpdesk.tickets.models import Ticket
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
    user_id = 0
    joined: frozenset[int] = frozenset()
    frames_received = 0
    is_over = False

    async def connect(self) -> None:
        reader = await _reader_of(self._session_key)
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
        if reader is None:
            return
        reference = await _reference_for(reader, news["ticket_id"], news["queue_id"])
        if reference:
            await self.send(json.dumps({"type": "changed", "ticket": reference, "seq": news["seq"]}))

    async def access_changed(self, _news: dict[str, Any]) -> None:
        await self._reader_now()

    async def _reader_now(self) -> Reader | None:
        """Return who reads, listening to exactly the queues they serve now; turn out who may no longer be here."""
        reader = None if self.is_over else await _reader_of(self._session_key)
        await self._listen_to(reader.queue_ids if reader else frozenset())
        if reader is None:
            await self._end(REFUSED)
        return reader

    async def _end(self, code: int) -> None:
        """Close, once: news and frames that were on their way already may still arrive."""
        if not self.is_over:
            self.is_over = True
            await self.close(code=code)

    @property
    def _session_key(self) -> str | None:
        return self.scope["session"].session_key

    async def _listen_to(self, queue_ids: frozenset[int]) -> None:
        for queue_id in self.joined - queue_ids:
            await self.channel_layer.group_discard(queue_group(queue_id), self.channel_name)
        for queue_id in queue_ids - self.joined:
            await self.channel_layer.group_add(queue_group(queue_id), self.channel_name)
        self.joined = queue_ids


@database_sync_to_async
def _reader_of(session_key: str | None) -> Reader | None:
    """Return whose session this is, as the database knows it now; None for who signed out or is no agent."""
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(cast("HttpRequest", SimpleNamespace(session=session)))
    actor = actor_of(user.pk) if user.is_authenticated else None
    if actor is None or not actor.is_agent:
        return None
    return Reader(actor.user_id, frozenset(served_queue_ids(actor)))


@database_sync_to_async
def _reference_for(reader: Reader, ticket_id: int, queue_id: int) -> str:
    """Return the ticket's reference when its reader may know that it changed: once, through one queue.

    Through the queue where it is now for who serves that one, else through the one it left.
    """
    found = Ticket.objects.filter(pk=ticket_id).values_list("reference", "queue_id").first()
    if found is None:
        return ""
    reference, present_queue_id = found
    heard_through = present_queue_id if present_queue_id in reader.queue_ids else queue_id
    return reference if queue_id in reader.queue_ids and queue_id == heard_through else ""
