"""Search on disk: tantivy, a library, so it is always there; what may be missing or broken is its index."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import tantivy
from django.conf import settings

from helpdesk.search.engine import Counts, Engine, Entry, Found, Load, Match, NoIndexError, ObjectRef
from helpdesk.search.plan import Plan
from integrations.search.tantivy.counting import counted
from integrations.search.tantivy.folder import Folder
from integrations.search.tantivy.ranking import best_of
from integrations.search.tantivy.reader import Reader, opened
from integrations.search.tantivy.schema import SCHEMA, document_of, object_token, one_of, ref_of

# What a writer collects before it writes a segment: tantivy's least for a change, more for a whole index.
CHANGE_BYTES = 15_000_000
REBUILD_BYTES = 40_000_000


class _LoadError(Exception):
    """What went wrong in reading the rows: no fault of the index, and no reason to wait for it."""


class TantivyEngine:
    name = "tantivy"

    def __init__(self, place: str) -> None:
        self._place = place
        self._folder = Folder(settings.SEARCH_DIR / place)
        self._reader = Reader(self._folder)
        # To count goes through all that matches once more; nobody need wait for the one before the other begins.
        self._beside = ThreadPoolExecutor(thread_name_prefix="search-counts")

    def search(self, plan: Plan) -> Found:
        with self._doubting(), _told_plainly():
            searcher = self._reader.searcher()
            counting = self._beside.submit(counted, searcher, plan) if plan.is_counted else None
            matches = tuple(_match(score, kept) for score, kept in best_of(searcher, plan))
        return Found(matches=matches, counts=partial(self._outcome, counting)) if counting else Found(matches=matches)

    def _outcome(self, counting: Future[Counts]) -> Counts:
        with self._doubting(), _told_plainly():
            return counting.result()

    def replace(self, refs: Collection[ObjectRef], load: Load) -> None:
        with self._doubting(), _told_plainly(), self._folder.writing():
            self._folder.note([object_token(ref) for ref in refs])
            current = self._folder.current()
            if current is not None:
                _change(current, refs, load)

    def rebuild(self, batches: Iterable[Collection[ObjectRef]], load: Load) -> None:
        with _told_plainly(), self._folder.rebuilding():
            self._folder.sweep()
            new = self._folder.new_version()
            _fill(new, (entry for refs in batches for entry in _loaded(load, refs)))
            with self._folder.writing():
                _change(new, [ref_of(token) for token in self._folder.noted(new)], load)
                self._folder.appoint(new)
            self._folder.sweep()

    def probe(self) -> str:
        """Open the files anew: those that are open already answer on when they are gone from the disk.

        What is broken in the middle of a file only a search finds, and says so.
        """
        with _told_plainly():
            if self._folder.is_doubted():
                raise NoIndexError("a search found the index broken")
            searcher = opened(self._folder.current()).searcher()
            for _score, at in searcher.search(tantivy.Query.all_query(), 1).hits:
                searcher.doc(at)
        return version("tantivy")

    @contextmanager
    def _doubting(self) -> Iterator[None]:
        try:
            yield
        except NoIndexError:
            self._folder.doubt()
            raise

    def drop(self) -> None:
        self._reader.close()
        self._folder.remove()


def _fill(path: Path, entries: Iterable[Entry]) -> None:
    with _all_or_nothing(tantivy.Index(SCHEMA, path=str(path)), REBUILD_BYTES) as writer:
        for entry in entries:
            writer.add_document(document_of(entry))


def _change(path: Path, refs: Collection[ObjectRef], load: Load) -> None:
    """Put what these objects are now in the place of what they were, in one commit."""
    if not refs:
        return
    with _all_or_nothing(tantivy.Index.open(str(path)), CHANGE_BYTES) as writer:
        writer.delete_documents_by_query(one_of("object", [object_token(ref) for ref in refs]))
        for entry in _loaded(load, refs):
            writer.add_document(document_of(entry))


def _loaded(load: Load, refs: Collection[ObjectRef]) -> list[Entry]:
    try:
        return list(load(refs))
    except (ValueError, OSError) as error:
        raise _LoadError from error


@contextmanager
def _all_or_nothing(index: tantivy.Index, heap: int) -> Iterator[tantivy.IndexWriter]:
    """Commit what is written inside; tantivy's own `with` would also commit what an error cut short."""
    writer = index.writer(heap, 1)
    try:
        yield writer
        writer.commit()
    except BaseException:
        # Also when the process is told to stop, or tantivy panics: neither is an Exception.
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()


def _match(score: float, kept: Mapping[str, Any]) -> Match:
    return Match(
        key=kept["key"][0],
        ref=ref_of(kept["object"][0]),
        score=score,
        title=kept["shown_title"][0],
        text=bytes(kept["shown_text"][0]).decode(),
    )


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Say in one way that the index is not usable, whatever tantivy found; a panic in it is no Exception."""
    try:
        yield
    except _LoadError as failure:
        raise failure.__cause__ or failure from None
    except (ValueError, OSError) as error:
        raise NoIndexError(f"the index cannot be used: {error}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise NoIndexError("the index is broken") from error


def _conforms(engine: TantivyEngine) -> Engine:
    """Let the type checker see that this is an engine."""
    return engine
