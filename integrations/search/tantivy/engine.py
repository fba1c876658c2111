"""Search on disk: tantivy, a library, so it is always there; what may be missing or broken is its index."""

from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from threading import Lock

import tantivy
from django.conf import settings

from helpdesk.search.engine import Engine, Entry, Found, Load, Match, NoIndexError, ObjectRef
from helpdesk.search.plan import Plan
from integrations.search.tantivy.folder import Folder
from integrations.search.tantivy.schema import SCHEMA, document_of, matching, object_token, one_of, query_of, ref_of

# What a writer collects before it writes a segment: tantivy's least for a change, more for a whole index.
CHANGE_BYTES = 15_000_000
REBUILD_BYTES = 40_000_000
MOST_VALUES = 2000


class _LoadError(Exception):
    """What went wrong in reading the rows: no fault of the index, and no reason to wait for it."""


class TantivyEngine:
    name = "tantivy"

    def __init__(self, place: str) -> None:
        self._place = place
        self._folder = Folder(settings.SEARCH_DIR / place)
        self._opening = Lock()
        self._seen: tuple[int, ...] = ()
        self._searcher: tantivy.Searcher | None = None
        # To count goes through all that matches once more; nobody need wait for the one before the other begins.
        self._beside = ThreadPoolExecutor(thread_name_prefix="search-counts")

    def search(self, plan: Plan) -> Found:
        with _told_plainly():
            searcher = self._fresh_searcher()
            counted = self._beside.submit(_count, searcher, plan) if plan.counted else None
            query = query_of(plan)
            by_relevance = bool(plan.groups or plan.codes)
            result = searcher.search(
                query, plan.limit, offset=plan.offset, order_by_field=None if by_relevance else "version"
            )
            matches = tuple(_match(score if by_relevance else 0.0, searcher.doc(at)) for score, at in result.hits)
            return Found(matches=matches, total=_total(result), facets=counted.result() if counted else {})

    def replace(self, refs: Collection[ObjectRef], load: Load) -> None:
        with _told_plainly(), self._folder.writing():
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
        """Open the files anew: those that are open already answer on when they are gone from the disk."""
        with _told_plainly():
            searcher = _open(self._folder.current()).searcher()
            for _score, at in searcher.search(tantivy.Query.all_query(), 1).hits:
                searcher.doc(at)
        return version("tantivy")

    def drop(self) -> None:
        self._searcher = None
        self._folder.remove()

    def _fresh_searcher(self) -> tantivy.Searcher:
        """Return a searcher of the version that counts, as it was committed last, by whatever process."""
        with self._opening:
            seen = self._marks()
            if self._searcher is None or seen != self._seen:
                self._searcher = _open(self._folder.current()).searcher()
                self._seen = seen
            return self._searcher

    def _marks(self) -> tuple[int, ...]:
        """Return what changes when the index does: the pointer, and the list of its segments."""
        current = self._folder.current()
        if current is None:
            raise NoIndexError("there is no index yet")
        meta = (current / "meta.json").stat()
        return (self._folder.pointer.stat().st_ino, meta.st_ino, meta.st_mtime_ns)


def _open(path: Path | None) -> tantivy.Index:
    if path is None:
        raise NoIndexError("there is no index yet")
    index = tantivy.Index.open(str(path))
    index.config_reader("manual", 0)
    index.reload()
    return index


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
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()


def _total(result: tantivy.SearchResult) -> int:
    return result.count  # type: ignore[attr-defined,no-any-return]  # the stubs forgot it


def _match(score: float, document: tantivy.Document) -> Match:
    kept = document.to_dict()
    return Match(
        key=kept["key"][0],
        ref=ref_of(kept["object"][0]),
        score=score,
        title=kept["shown_title"][0],
        text=bytes(kept["shown_text"][0]).decode(),
    )


def _count(searcher: tantivy.Searcher, plan: Plan) -> dict[str, dict[str, int]]:
    asked = {name: {"terms": {"field": f"counts.{name}", "size": MOST_VALUES}} for name in plan.counted}
    counted = searcher.aggregate(matching(plan), asked)
    return {
        name: {str(bucket["key"]): int(bucket["doc_count"]) for bucket in counted[name]["buckets"]}
        for name in plan.counted
    }


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
