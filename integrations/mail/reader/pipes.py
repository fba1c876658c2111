"""Pipes to another process, with a moment at which waiting for them ends."""

import os
import select
import time


class EndedError(Exception):
    """The other side is gone."""


def write_all(descriptor: int, content: bytes, *, deadline: float) -> None:
    """Write to a pipe that does not block; raises `TimeoutError` at the deadline."""
    rest = memoryview(content)
    while rest:
        try:
            rest = rest[os.write(descriptor, rest) :]
        except BlockingIOError:
            _wait(descriptor, select.POLLOUT, deadline)
        except BrokenPipeError as error:
            raise EndedError from error


def read_exactly(descriptor: int, length: int, *, deadline: float) -> bytes:
    """Read from a pipe that does not block; raises `TimeoutError` at the deadline."""
    content = bytearray(length)
    rest = memoryview(content)
    while rest:
        try:
            received = os.readv(descriptor, [rest])
        except BlockingIOError:
            _wait(descriptor, select.POLLIN, deadline)
            continue
        if not received:
            raise EndedError
        rest = rest[received:]
    return bytes(content)


def _wait(descriptor: int, event: int, deadline: float) -> None:
    poll = select.poll()
    poll.register(descriptor, event)
    milliseconds = (deadline - time.monotonic()) * 1000
    if milliseconds <= 0 or not poll.poll(milliseconds):
        raise TimeoutError
