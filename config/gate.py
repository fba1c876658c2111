"""The gate: nothing takes a thread before its request has arrived completely.

The pages run under WSGI on a few threads (DESIGN: Processes and engines). A thread that waits for a slow client is a
thread less for everybody, so the gate receives the whole body first, hands it over as a file, and takes over again
when the answer is a file. What is too large, too slow, cut off or dressed up to deceive never reaches the pages.
"""

import asyncio
import logging
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from wsgiref.util import FileWrapper

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi import WSGIResponder
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, ASGISendEvent, HTTPScope

from config.metrics import gate_refusals
from config.spool import KIB, MIB, Body, GoneError, Limits, RefusedError, Spool
from helpdesk.kernel.http import (
    BAD_REQUEST,
    BODY_TOO_LARGE,
    BODY_TOO_SLOW,
    BUSY,
    PROTECTION,
    Refusal,
    body_of,
    headers_of,
    wants_json,
)

logger = logging.getLogger(__name__)

THREADS = 8
WAITING = 400
UNLIMITED = 0
BODY = "aanspreekpunt.body"
FILE = "aanspreekpunt.file"
HEALTH = "/healthz"
FILE_CHUNK = 256 * KIB
WORTH_HANDING_OVER = 64 * KIB
LINGER_S = 10
LINGER_BYTES = 256 * MIB


class Gate:
    """An ASGI application for `http` around a WSGI application."""

    def __init__(self, pages: WSGIApplication, *, folder: Path, limits: Limits, threads: int = THREADS) -> None:
        self.limits = limits
        self.spool = Spool(folder, limits)
        self._pages = Pages(cast("Any", HandOver(pages)), workers=threads)
        self._waiting = 0

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["path"] == HEALTH:
            await _answer_health(send)
            return
        try:
            await self._serve(scope, receive, send)
        except GoneError:
            gate_refusals.labels("gone").inc()
        except RefusedError as error:
            gate_refusals.labels(error.refusal.code).inc()
            await _refuse(error.refusal, scope, send)
            if error.refusal is not BODY_TOO_SLOW:
                await _linger(receive)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _serve(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        headers = _checked_headers(scope)
        if self._waiting >= WAITING:
            raise RefusedError(BUSY)
        length = headers.get(b"content-length", b"")
        if int(length or 0) > self.limits.body_bytes:
            raise RefusedError(BODY_TOO_LARGE)
        if int(length or 0) == 0 and b"transfer-encoding" not in headers:
            await self._hand_over(_readable(scope, None), receive, send)
            return
        async with self.spool.body(receive) as body:
            await self._hand_over(_readable(scope, body), receive, send)

    async def _hand_over(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        self._waiting += 1
        try:
            await self._pages(cast("Any", scope), cast("Any", receive), cast("Any", Answer(scope, send)))
        finally:
            self._waiting -= 1
            _close_file(scope)


class Pages(WSGIMiddleware):
    """The library's way from ASGI to WSGI, in which a thread passes its answer on without waiting for the loop."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await Responder(self.app, self.executor, UNLIMITED)(scope, receive, send)


class Responder(WSGIResponder):
    def send(self, message: Any) -> None:
        """Queue a part of the answer: a page is in memory already, and a file does not pass here."""
        self.loop.call_soon_threadsafe(self.send_queue.put_nowait, message)


class Answer:
    """Passes the answer on; a file the pages left behind is sent from here, without their thread."""

    def __init__(self, scope: HTTPScope, send: ASGISendCallable) -> None:
        self._scope = scope
        self._send = send

    async def __call__(self, message: ASGISendEvent) -> None:
        file = cast("dict[str, Any]", self._scope).get(FILE)
        if file is not None and message["type"] == "http.response.body" and not message.get("more_body"):
            await self._send_file(file)
        await self._send(message)

    async def _send_file(self, file: IO[bytes]) -> None:
        while chunk := await asyncio.to_thread(file.read, FILE_CHUNK):
            await self._send({"type": "http.response.body", "body": chunk, "more_body": True})


class HandOver:
    """The WSGI side: gives the pages the received body as a file, and takes a file they answer with."""

    def __init__(self, pages: WSGIApplication) -> None:
        self._pages = pages

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        scope = environ["asgi.scope"]
        body: Body | None = scope.get(BODY)
        environ["wsgi.input"] = body.file if body else environ["wsgi.input"]
        environ["wsgi.file_wrapper"] = lambda file, block_size=FILE_CHUNK: _take_file(scope, file, block_size)
        return self._pages(environ, start_response)


class LeftBehind:
    """An answer without content: the file follows from the gate. Closing it ends the request in Django."""

    def __init__(self, file: IO[bytes]) -> None:
        self.close = file.close

    def __iter__(self) -> "LeftBehind":
        return self

    def __next__(self) -> bytes:
        raise StopIteration


def _take_file(scope: dict[str, Any], file: IO[bytes], block_size: int) -> Iterable[bytes]:
    try:
        number = file.fileno()
        small = os.fstat(number).st_size < WORTH_HANDING_OVER
    except (AttributeError, OSError):  # made in memory, or a part of a file
        return FileWrapper(file, block_size)
    if small:
        return FileWrapper(file, block_size)
    scope[FILE] = os.fdopen(os.dup(number), "rb", buffering=0)
    return LeftBehind(file)


def _close_file(scope: HTTPScope) -> None:
    file = cast("dict[str, Any]", scope).pop(FILE, None)
    if file is not None:
        file.close()


def _checked_headers(scope: HTTPScope) -> dict[bytes, bytes]:
    """Return the headers, or refuse what could be read in two ways."""
    headers = dict(scope["headers"])
    # In WSGI `X_Forwarded_For` would become the same name as the header that our own proxy sets.
    if any(b"_" in name for name in headers) or "\x00" in scope["path"]:
        raise RefusedError(BAD_REQUEST)
    if headers.get(b"transfer-encoding", b"chunked").lower() != b"chunked":
        raise RefusedError(BAD_REQUEST)
    return headers


def _readable(scope: HTTPScope, body: Body | None) -> HTTPScope:
    """Return the request as the pages can read it, with the length its body really has."""
    headers = [
        (name, value) for name, value in scope["headers"] if name not in {b"content-length", b"transfer-encoding"}
    ]
    if body is not None:
        headers.append((b"content-length", str(body.size).encode()))
    return cast("HTTPScope", {**scope, "headers": headers, BODY: body})


async def _answer_health(send: ASGISendCallable) -> None:
    headers = {**PROTECTION, "Content-Type": "text/plain; charset=utf-8", "Content-Length": "3"}
    await send({"type": "http.response.start", "status": 200, "headers": _encoded(headers)})
    await send({"type": "http.response.body", "body": b"ok\n"})


async def _refuse(refusal: Refusal, scope: HTTPScope, send: ASGISendCallable) -> None:
    """Answer without ending the response yet, so that the connection stays open while the client still sends."""
    accept = dict(scope["headers"]).get(b"accept", b"").decode("latin1")
    content_type, content = body_of(refusal, as_json=wants_json(scope["path"], accept))
    headers = {
        **headers_of(refusal),
        "Content-Type": content_type,
        "Content-Length": str(len(content)),
        "Connection": "close",
    }
    await send({"type": "http.response.start", "status": int(refusal.status), "headers": _encoded(headers)})
    await send({"type": "http.response.body", "body": content, "more_body": True})


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


async def _linger(receive: ASGIReceiveCallable) -> None:
    """Throw away for a while what still comes: a connection closed at once would take the answer with it."""
    thrown_away = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER_S):
            while thrown_away < LINGER_BYTES:
                message = await receive()
                thrown_away += len(cast("bytes", message.get("body", b"")))
                if message["type"] == "http.disconnect" or not message.get("more_body"):
                    break
