"""The HTTP connection: uvicorn's own, which by itself would wait for ever for the end of a header or for a reader."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

HEAD_S = 15.0
HEAD_BYTES = 64 * 1024
STALLED_S = 60.0
TOO_LARGE = 431


class PunctualProtocol(HttpToolsProtocol):
    """Ends connections whose request headers do not come, or whose reader does not read."""

    _head_timer: asyncio.TimerHandle | None = None
    _stalled_timer: asyncio.TimerHandle | None = None
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_arrived()
        self._reading_again()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._head_timer is None and self.cycle.response_complete:
            self._await_head()
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_timer is not None and self._head_bytes > HEAD_BYTES:
            self._refuse_head()

    def on_headers_complete(self) -> None:
        self._head_arrived()
        super().on_headers_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled_timer = self.loop.call_later(STALLED_S, self.transport.abort)

    def resume_writing(self) -> None:
        self._reading_again()
        super().resume_writing()

    def _await_head(self) -> None:
        self._head_bytes = 0
        self._head_timer = self.loop.call_later(HEAD_S, self.transport.abort)

    def _head_arrived(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _reading_again(self) -> None:
        if self._stalled_timer is not None:
            self._stalled_timer.cancel()
            self._stalled_timer = None

    def _refuse_head(self) -> None:
        self._head_arrived()
        self.transport.write(STATUS_LINE[TOO_LARGE] + b"content-length: 0\r\nconnection: close\r\n\r\n")
        self.transport.close()


def protocol_options() -> dict[str, Any]:
    """What uvicorn must be told for connections of this product, in tests as in `serve`."""
    return {
        "http": PunctualProtocol,
        "ws": "websockets-sansio",
        # Without compression a socket costs some 30 KiB; frames here are a line of chat at most.
        "ws_per_message_deflate": False,
        "ws_max_size": 64 * 1024,
        # Who forwarded for whom is settled by `ClientAddress`, from TRUSTED_PROXIES only.
        "proxy_headers": False,
        "server_header": False,
        "timeout_keep_alive": 30,
        "timeout_graceful_shutdown": 30,
        "backlog": 2048,
        "log_config": None,
        "access_log": False,
        "lifespan": "off",
    }
