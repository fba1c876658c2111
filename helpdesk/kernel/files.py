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
from pathlib import Path
from typing import BinaryIO

from django.conf import settings


@dataclass(frozen=True)
class StoredFile:
    sha256: str
    size: int


def store(chunks: Iterable[bytes]) -> StoredFile:
    """Write the bytes durably; a full disk raises `OSError` and leaves nothing behind."""
    folder = _incoming()
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / secrets.token_hex(16)
    digest, size = hashlib.sha256(), 0
    try:
        with draft.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
            file.flush()
            os.fsync(file.fileno())
        with _locked(fcntl.LOCK_SH):
            _move_into_place(draft, path_of(digest.hexdigest()))
    finally:
        draft.unlink(missing_ok=True)
    return StoredFile(digest.hexdigest(), size)


def open_file(sha256: str) -> BinaryIO:
    return path_of(sha256).open("rb")


def remove(sha256: str, *, unused_for: timedelta) -> bool:
    """Remove a file; one that was stored again within this time stays, because its row may still come."""
    path = path_of(sha256)
    with _locked(fcntl.LOCK_EX):
        is_unused = _is_older(path, unused_for)
        if is_unused:
            path.unlink()
    return is_unused


def remove_drafts(age: timedelta) -> None:
    """Remove what a process that was killed had begun to write."""
    for draft in _incoming().glob("*"):
        if _is_older(draft, age):
            draft.unlink(missing_ok=True)


def path_of(sha256: str) -> Path:
    return Path(settings.FILES_DIR) / sha256[:2] / sha256


def _move_into_place(draft: Path, place: Path) -> None:
    place.parent.mkdir(exist_ok=True)
    draft.replace(place)
    for folder in (place.parent, place.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


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
