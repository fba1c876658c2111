"""Which engines are active, and whether each one answers."""

import shutil
import smtplib
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from secrets import token_hex
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.core.cache import cache
from django.core.mail import get_connection
from django.db import DatabaseError, connection, connections
from kombu.exceptions import OperationalError as BrokerError

from config.celery import app
from helpdesk.search import shelves
from helpdesk.search.engine import EngineUnavailableError
from integrations.mail.imap import Mailbox, MailboxError, open_folder
from integrations.mail.parsing.parsed import UnprocessableError
from integrations.mail.reader.child_process import ChildStartError
from integrations.mail.reader.reader import Reader

TIMEOUT_S = 8.0
GIB = 1024**3
SILENCES = (
    DatabaseError,
    BrokerError,
    OSError,
    smtplib.SMTPException,
    LookupError,
    ChildStartError,
    UnprocessableError,
    MailboxError,
    EngineUnavailableError,
)


@dataclass(frozen=True)
class Answer:
    engine: str
    version: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Report:
    name: str
    engine: str
    version: str
    ok: bool
    detail: str
    seconds: float


def database() -> Answer:
    if connection.vendor == "sqlite":
        _ask("SELECT 1")
        return Answer("sqlite", sqlite3.sqlite_version)
    return Answer("postgresql", str(_ask("SHOW server_version")))


def shared_cache() -> Answer:
    mark = token_hex(8)
    cache.set("doctor", mark, timeout=10)
    if cache.get("doctor") != mark:
        raise LookupError("what was written could not be read back")
    return _redis_or_memory()


def channel_layer() -> Answer:
    layer: Any = get_channel_layer()
    async_to_sync(layer.group_send)("doctor", {"type": "doctor"})
    return _redis_or_memory()


def broker() -> Answer:
    with app.connection_for_write(connect_timeout=2) as link:
        link.ensure_connection(max_retries=1, interval_start=0, timeout=3)
    return _redis_or_memory()


def files() -> Answer:
    folder = Path(settings.FILES_DIR)
    _write_and_remove(folder)
    free = shutil.disk_usage(folder).free / GIB
    return Answer("folder", detail=f"{free:.1f} GiB free")


def mail() -> Answer:
    if not settings.ENV.EMAIL_URL:
        _write_and_remove(Path(settings.EMAIL_FILE_PATH))
        return Answer("folder")
    link = get_connection()
    link.open()
    link.close()
    return Answer("smtp", detail=f"{urlsplit(settings.ENV.EMAIL_URL).hostname}")


def mail_reader() -> Answer:
    with Reader() as reader:
        reader.read(b"Subject: doctor\n\n")
    return Answer("process")


def mailbox() -> Answer:
    if settings.IMAP is None:
        return Answer("none")
    box = Mailbox(**settings.IMAP)
    with open_folder(box):
        return Answer("imap", detail=f"{box.folder} on {box.host}")


def search() -> Answer:
    return Answer(settings.SEARCH_BACKEND, shelves.probe())


def silences() -> tuple[type[Exception], ...]:
    """Return what an engine that does not answer may raise; anything else is our own fault and must be seen."""
    if settings.EMBEDDED:
        return SILENCES
    # A server without Redis starts without loading its client.
    return (*SILENCES, import_module("redis.exceptions").RedisError)


PROBES: dict[str, Callable[[], Answer]] = {
    "database": database,
    "cache": shared_cache,
    "channel_layer": channel_layer,
    "broker": broker,
    "files": files,
    "mail": mail,
    "mail_reader": mail_reader,
    "mailbox": mailbox,
    "search": search,
}


def examine(name: str, probe: Callable[[], Answer]) -> Report:
    """Run one probe; an engine that keeps silent too long has failed."""
    reports: list[Report] = []
    thread = Thread(target=lambda: reports.append(_examine(name, probe)), daemon=True)
    thread.start()
    thread.join(TIMEOUT_S)
    silent = Report(name, "", "", ok=False, detail=f"no answer in {TIMEOUT_S:.0f} s", seconds=TIMEOUT_S)
    return next(iter(reports), silent)


def _examine(name: str, probe: Callable[[], Answer]) -> Report:
    started = time.monotonic()
    try:
        answer, ok = probe(), True
    except silences() as error:
        answer, ok = Answer("", detail=f"{type(error).__name__}: {error}".splitlines()[0]), False
    finally:
        connections.close_all()
    return Report(name, answer.engine, answer.version, ok, answer.detail, round(time.monotonic() - started, 3))


def _ask(question: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def _redis_or_memory() -> Answer:
    if settings.EMBEDDED:
        return Answer("memory")
    client = cache._cache.get_client()  # type: ignore[attr-defined]  # noqa: SLF001 - Django has no other way to it
    return Answer("redis", client.info("server")["redis_version"])


def _write_and_remove(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / f".doctor-{token_hex(8)}"
    try:
        probe.write_bytes(b"doctor")
    finally:
        probe.unlink(missing_ok=True)
