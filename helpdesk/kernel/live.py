"""Tells open pages that there is news. Only ids travel; a page fetches what it may see itself."""

import asyncio
from collections.abc import Iterable
from functools import cache
from threading import Thread
from typing import Any

from channels.layers import BaseChannelLayer, get_channel_layer
from redis.exceptions import RedisError

PUSH_S = 5.0


def push(news: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Send each message to its group; consumers get it in the handler its `type` names."""
    layer = get_channel_layer()
    if layer is None:
        raise RuntimeError("no channel layer is configured")

    async def send() -> None:
        async with asyncio.timeout(PUSH_S):
            for group, message in news:
                await _send(layer, group, message)

    asyncio.run_coroutine_threadsafe(send(), _loop()).result()


async def _send(layer: BaseChannelLayer, group: str, message: dict[str, Any]) -> None:
    try:
        await layer.group_send(group, message)
    except RedisError:
        # The connection may be from before Redis started anew; after a failure the next one is new.
        await layer.group_send(group, message)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Return the loop all pushes of this process share: with one for each, each would connect to Redis anew."""
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, name="live", daemon=True).start()
    return loop
