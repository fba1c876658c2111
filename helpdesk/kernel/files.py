"""Files by their content: written, flushed to disk and named by their sha256 before any row speaks of them."""

import fcntl
import hashlib
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

# How many files are flushed together.
TOGETHER = 200


@dataclass(frozen=True)
class StoredFile:
    sha256: str
    size: int


def store(chunks: Iterable[bytes]) -> StoredFile:
    """Write the bytes durably; a full disk raises `OSError` and leaves nothing behind."""
    return next(store_all([chunks]))


def store_all(contents: Iterable[Iterable[bytes]]) -> Iterator[StoredFile]:
    """Write many files, some at a time, because a disk that flushes one flushes them all."""
    waiting = iter(contents)
    while some := list(islice(waiting, TOGETHER)):
        yield from _store_together(some)


def open_file(sha256: str) -> BinaryIO:
    return path_of(sha256).open("rb")


def remove(sha256: str, *, unused_for: timedelta) -> bool:
    """Remove a file; one that was stored again within this time stays, because its row may still come.

    While somebody else holds the files it stays too: a backup may hold them for an hour, and who tidies up comes again.
    """
    path = path_of(sha256)
    try:
        with _locked(fcntl.LOCK_EX | fcntl.LOCK_NB):
            is_unused = _is_older(path, unused_for)
            if is_unused:
                path.unlink()
    except BlockingIOError:
        return False
    return is_unused


@contextmanager
def none_removed() -> Iterator[None]:
    """Keep every file in its place as long as this lasts."""
    _incoming().mkdir(parents=True, exist_ok=True)
    with _locked(fcntl.LOCK_SH):
        yield


def remove_drafts(age: timedelta) -> None:
    """Remove what a process that was killed had begun to write."""
    for draft in _incoming().glob("*"):
        if _is_older(draft, age):
            draft.unlink(missing_ok=True)


def path_of(sha256: str) -> Path:
    return Path(settings.FILES_DIR) / sha256[:2] / sha256


def sync(path: Path) -> None:
    """Put on disk what a file holds, or which names a folder holds."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _store_together(contents: Iterable[Iterable[bytes]]) -> list[StoredFile]:
    drafts: list[Path] = []
    stored: list[StoredFile] = []
    try:
        for chunks in contents:
            drafts.append(_incoming() / secrets.token_hex(16))
            stored.append(_write(drafts[-1], chunks))
        for draft in drafts:
            sync(draft)
        places = [path_of(file.sha256) for file in stored]
        with _locked(fcntl.LOCK_SH):
            for draft, place in zip(drafts, places, strict=True):
                _move_into_place(draft, place)
        for folder in {place.parent for place in places}:
            sync(folder)
        sync(Path(settings.FILES_DIR))
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)
    return stored


def _write(draft: Path, chunks: Iterable[bytes]) -> StoredFile:
    draft.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with draft.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return StoredFile(digest.hexdigest(), size)


def _move_into_place(draft: Path, place: Path) -> None:
    place.parent.mkdir(exist_ok=True)
    draft.replace(place)


def older_than(age: timedelta) -> Iterator[str]:
    """Names of stored files last written longer ago than this."""
    for path in Path(settings.FILES_DIR).glob("[0-9a-f][0-9a-f]/*"):
        if _is_older(path, age):
            yield path.name


def _is_older(path: Path, age: timedelta) -> bool:
    """Say whether the file was written longer ago than this; one that is gone meanwhile was not."""
    try:
        return path.stat().st_mtime < time.time() - age.total_seconds()
    except FileNotFoundError:
        return False


def _incoming() -> Path:
    return Path(settings.FILES_DIR) / "incoming"


@contextmanager
def _locked(mode: int) -> Iterator[None]:
    """Keep removing a file and putting it back apart, between processes too."""
    handle = os.open(settings.FILES_DIR, os.O_RDONLY)
    try:
        fcntl.flock(handle, mode)
        yield
    finally:
        os.close(handle)
