"""What an index is read with: always as it was committed last, by whatever process."""

import os
import weakref
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from threading import Lock

import tantivy

from helpdesk.search.engine import NoIndexError
from integrations.search.tantivy.folder import Folder

# What tantivy writes anew with each change.
REWRITTEN = (".json", ".lock")


class Reader:
    """Opens the index anew when another version is appointed, or when something was committed to this one."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._opening = Lock()
        self._appointed: tuple[int, int] | None = None
        self._version: Path | None = None
        self._committed: tuple[int, int] | None = None
        self._searcher: tantivy.Searcher | None = None
        self._files: _Files | None = None

    def searcher(self) -> tantivy.Searcher:
        with self._opening:
            appointed = _mark_of(self._folder.pointer)
            if appointed != self._appointed:
                self._version, self._appointed, self._searcher = self._folder.current(), appointed, None
            if self._version is None:
                raise NoIndexError("there is no index yet")
            # tantivy writes the list of its segments with each commit.
            committed = _mark_of(self._version / "meta.json")
            if self._searcher is None or committed != self._committed:
                self._searcher, self._committed = opened(self._version).searcher(), committed
                self._files = _Files(self._version)
            elif self._files and self._files.are_cut_short():
                self._searcher = None
                raise NoIndexError("files of the index were cut short")
            return self._searcher

    def close(self) -> None:
        self._searcher = self._files = None


def opened(path: Path | None) -> tantivy.Index:
    if path is None:
        raise NoIndexError("there is no index yet")
    index = tantivy.Index.open(str(path))
    index.config_reader("manual", 0)
    index.reload()
    return index


def _mark_of(path: Path) -> tuple[int, int] | None:
    """Return what is another number when a file was put in the place of this one; None when there is none."""
    try:
        seen = path.stat()
    except FileNotFoundError:
        return None
    return (seen.st_ino, seen.st_mtime_ns)


class _Files:
    """The files of the segments, open to see whether one loses its end: they are mapped, and to read what was there
    would end the process. To ask where a file ends takes a quarter of a microsecond, so each search can.
    """

    def __init__(self, version: Path) -> None:
        self._sizes = {}
        for path in version.iterdir():
            # What a merge has just put away is not there to be cut.
            with suppress(FileNotFoundError):
                if path.suffix not in REWRITTEN:
                    file = os.open(path, os.O_RDONLY)
                    self._sizes[file] = os.lseek(file, 0, os.SEEK_END)
        weakref.finalize(self, _close, list(self._sizes))

    def are_cut_short(self) -> bool:
        return any(os.lseek(file, 0, os.SEEK_END) < size for file, size in self._sizes.items())


def _close(files: Iterable[int]) -> None:
    for file in files:
        os.close(file)
