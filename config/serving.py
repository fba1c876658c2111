"""One server process: its lock, its socket, its signals, and an end in which nothing begun is lost."""

import ctypes
import fcntl
import gc
import os
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from config.protocol import protocol_options

SIGNALS = (signal.SIGTERM, signal.SIGINT)
FILES = 16_384
# How many objects more than went, and rounds of the younger ones, before the collector looks.
GARBAGE = (20_000, 20, 20)
# By its number in <malloc.h>.
M_ARENA_MAX = -8
HEAPS = 2


class CannotStartError(Exception):
    """Why there can be no server now, in one line for whoever starts it."""


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the right to run the embedded engines here; the system takes it back from a process that dies."""
    with (folder / "serve.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"another server already runs on {folder}; stop it first, or set REDIS_URL to run several"
            raise CannotStartError(message) from None
        yield


@contextmanager
def pid_file(path: Path) -> Iterator[None]:
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(f"{os.getpid()}\n")
    draft.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def listening_socket(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as error:
        reason = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)
        message = f"cannot listen on {host}:{port}: {reason}"
        raise CannotStartError(message) from None


def leave_on_signal() -> None:
    """Make the signals an ordinary way out; uvicorn takes them while it serves, and gives them back after."""
    for number in SIGNALS:
        signal.signal(number, _leave)


def has_tables() -> bool:
    return bool(MigrationRecorder(connection).applied_migrations())


def refuse_without_tables() -> None:
    """Say in one line what is to be done first; a database that is away may come back, so that is no reason."""
    try:
        is_prepared = has_tables()
    except DatabaseError:
        return
    if not is_prepared:
        message = "there are no tables yet; run `manage.py prepare` first"
        raise CannotStartError(message)


def share_heaps() -> None:
    """Let all threads share two heaps: with one for each, what a thread frees no other thread uses again."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    # Only the C library of GNU knows this; others have one heap.
    if mallopt is not None:
        mallopt(M_ARENA_MAX, HEAPS)


def collect_garbage_seldom() -> None:
    """Leave what was loaded at the start alone, and look at the rest less often: a page makes ten thousand objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


def ignore_signals() -> None:
    """Let nothing interrupt the end."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def serve_until_signal(application: Any, listener: socket.socket) -> None:
    """Serve; return after a signal, when every request in flight is answered."""
    _allow_many_connections()
    server = uvicorn.Server(uvicorn.Config(application, **protocol_options()))
    try:
        server.run(sockets=[listener])
    except SystemExit:
        if not server.started:
            raise
    finally:
        ignore_signals()


def _leave(_number: int, _frame: object) -> None:
    sys.exit(0)


def _allow_many_connections() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
