"""The folder of an index: its versions, which one counts, and who may write.

    article/current            the name of the version that counts
    article/<version>/         tantivy's files
    article/<version>.journal  what changed while this version was being built
    article/doubted            the version that a search found broken
    article/write.lock         held by whoever changes an index, for as long as that takes
    article/rebuild.lock       held by whoever builds a version

The system takes a lock back from a process that dies.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from helpdesk.search.engine import LAYOUT

POINTER = "current"
# Whatever a search stumbles over, the index is not built for that more often than this.
DOUBTED_AGAIN_S = 60
_JOURNAL = ".journal"


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def pointer(self) -> Path:
        return self.path / POINTER

    def current(self) -> Path | None:
        """Return the version that counts; none when there is none, or one that this code cannot read."""
        try:
            name = self.pointer.read_text(errors="replace").strip()
        except FileNotFoundError:
            return None
        version = self.path / name
        return version if name.startswith(f"{LAYOUT}-") and version.is_dir() else None

    def doubt(self) -> None:
        """Let whoever keeps the index know that a search found the version that counts broken."""
        with suppress(OSError):
            current = self.current()
            was_doubted = self._doubted.exists() and time.time() - self._doubted.stat().st_mtime < DOUBTED_AGAIN_S
            if current is not None and not was_doubted:
                self._doubted.write_text(current.name)

    def is_doubted(self) -> bool:
        current = self.current()
        doubted = self._doubted.read_text(errors="replace") if self._doubted.exists() else ""
        return current is not None and doubted == current.name

    @property
    def _doubted(self) -> Path:
        return self.path / "doubted"

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self._locked("write.lock"):
            yield

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        with self._locked("rebuild.lock"):
            yield

    def new_version(self) -> Path:
        """Make an empty version, from when on every change is noted for it too."""
        version = self.path / f"{LAYOUT}-{token_hex(6)}"
        with self.writing():
            version.mkdir()
            _journal_of(version).touch()
        return version

    def note(self, tokens: Collection[str]) -> None:
        """Tell versions that are being built what changes; only while writing."""
        for journal in self.path.glob(f"*{_JOURNAL}"):
            with journal.open("a") as lines:
                lines.writelines(f"{token}\n" for token in tokens)

    def noted(self, version: Path) -> list[str]:
        return list(dict.fromkeys(_journal_of(version).read_text().split()))

    def appoint(self, version: Path) -> None:
        """Make this version the one that counts, at once and for good."""
        draft = self.path / f"{POINTER}.{token_hex(4)}"
        with draft.open("w") as text:
            text.write(f"{version.name}\n")
            text.flush()
            os.fsync(text.fileno())
        draft.replace(self.pointer)
        _journal_of(version).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove every version but the one that counts; only while rebuilding."""
        current = self.current()
        for left in self.path.iterdir():
            if left.is_dir() and left != current:
                shutil.rmtree(left, ignore_errors=True)
            elif left.suffix == _JOURNAL or left.name.startswith(f"{POINTER}."):
                left.unlink(missing_ok=True)

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / name).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _journal_of(version: Path) -> Path:
    return version.with_name(version.name + _JOURNAL)
