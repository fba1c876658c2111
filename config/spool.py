"""Request bodies, received completely before anything else happens: small ones in memory, large ones on disk.

The files have no name, so nothing is left of them after a crash.
"""

import asyncio
import io
import tempfile
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from uvicorn._types import ASGIReceiveCallable

from helpdesk.kernel.http import BODY_TOO_LARGE, BODY_TOO_SLOW, BUSY, DISK_FULL, UNAVAILABLE, Refusal

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True)
class Limits:
    """In every stretch of `window_s` at least `window_bytes` must come, so a fast start buys no time."""

    body_bytes: int = 110 * MIB
    memory_bytes: int = 64 * KIB
    disk_bytes: int = 4096 * MIB
    bodies: int = 400
    window_s: float = 12
    window_bytes: int = 24 * KIB
    total_s: float = 3600


class RefusedError(Exception):
    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.code)


class GoneError(Exception):
    """The client left before its body was complete; there is nobody to answer."""


class Spool:
    """Where bodies are kept; its limits hold for all bodies together."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.folder = folder
        self.limits = limits
        self.writers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="spool")
        self.on_disk = 0
        self.receiving = 0

    @asynccontextmanager
    async def body(self, receive: ASGIReceiveCallable) -> AsyncIterator["Body"]:
        """Receive one body; it is gone when the context ends."""
        body = Body(self)
        try:
            await self._receive(body, receive)
            yield body
        finally:
            body.close()

    async def _receive(self, body: "Body", receive: ASGIReceiveCallable) -> None:
        if self.receiving >= self.limits.bodies:
            raise RefusedError(BUSY)
        self.receiving += 1
        try:
            await self._read_all(body, receive)
        except OSError as error:
            raise RefusedError(UNAVAILABLE if error.errno in DISK_FULL else BUSY) from error
        finally:
            self.receiving -= 1

    async def _read_all(self, body: "Body", receive: ASGIReceiveCallable) -> None:
        clock = asyncio.get_running_loop().time
        pace = Pace(self.limits, clock())
        more = True
        while more:
            if not pace.keeps_up(body.size, clock()):
                raise RefusedError(BODY_TOO_SLOW)
            try:
                async with asyncio.timeout_at(pace.window_end):
                    message = await receive()
            except TimeoutError:
                continue
            if message["type"] != "http.request":
                raise GoneError
            await body.add(message.get("body", b""))
            more = message.get("more_body", False)
        await body.complete()


class Pace:
    """Whether a body comes fast enough, looked at when each window ends."""

    def __init__(self, limits: Limits, now: float) -> None:
        self._limits = limits
        self._end = now + limits.total_s
        self._size = 0
        self.window_end = now + limits.window_s

    def keeps_up(self, size: int, now: float) -> bool:
        if now < self.window_end:
            return True
        came, self._size = size - self._size, size
        self.window_end = now + self._limits.window_s
        return came >= self._limits.window_bytes and now < self._end


class Body:
    def __init__(self, spool: Spool) -> None:
        self.size = 0
        self._spool = spool
        self._memory = bytearray()
        self._disk: IO[bytes] | None = None
        self._on_disk = 0
        self.file: IO[bytes] = io.BytesIO()

    async def add(self, data: bytes) -> None:
        self.size += len(data)
        if self.size > self._spool.limits.body_bytes:
            raise RefusedError(BODY_TOO_LARGE)
        self._memory += data
        if len(self._memory) > self._spool.limits.memory_bytes:
            await self._write()

    async def complete(self) -> None:
        if self._disk is None:
            self.file = io.BytesIO(bytes(self._memory))
            return
        await self._write()
        self._disk.flush()
        self._disk.seek(0)
        self.file = self._disk

    def close(self) -> None:
        self._spool.on_disk -= self._on_disk
        self._on_disk = 0
        if self._disk is not None:
            with suppress(OSError):  # closing flushes, and the disk may be full
                self._disk.close()

    async def _write(self) -> None:
        data, self._memory = bytes(self._memory), bytearray()
        if self._spool.on_disk + len(data) > self._spool.limits.disk_bytes:
            raise RefusedError(BUSY)
        self._spool.on_disk += len(data)
        self._on_disk += len(data)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._spool.writers, self._write_to_disk, data)

    def _write_to_disk(self, data: bytes) -> None:
        if self._disk is None:
            self._spool.folder.mkdir(parents=True, exist_ok=True)
            self._disk = tempfile.TemporaryFile(dir=self._spool.folder)  # noqa: SIM115 - lives as long as the body
        self._disk.write(data)
