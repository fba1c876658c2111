"""Tells open pages that there is news. Only ids travel; a page fetches what it may see itself."""

from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer


def push(groups: list[str], message: dict[str, Any]) -> None:
    """Send one message to each group; consumers get it in the handler its `type` names."""
    layer = get_channel_layer()
    if layer is None:
        raise RuntimeError("no channel layer is configured")

    async def send() -> None:
        for group in groups:
            await layer.group_send(group, message)

    async_to_sync(send)()
