"""Files by their content: written, flushed to disk and named by their sha256 before any row speaks of them."""

import hashlib
import os
import secrets
import time
from collections.abc import Iterable, Iterator
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
    folder = settings.FILES_DIR / "incoming"
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
        _move_into_place(draft, path_of(digest.hexdigest()))
    finally:
        draft.unlink(missing_ok=True)
    return StoredFile(digest.hexdigest(), size)


def open_file(sha256: str) -> BinaryIO:
    return path_of(sha256).open("rb")


def remove(sha256: str) -> None:
    path_of(sha256).unlink(missing_ok=True)


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
    limit = time.time() - age.total_seconds()
    for path in Path(settings.FILES_DIR).glob("[0-9a-f][0-9a-f]/*"):
        if path.stat().st_mtime < limit:
            yield path.name
