"""From the database to the index: one change, or everything."""

import logging
import time
from collections.abc import Callable, Collection, Iterator, Sequence

from helpdesk.search.analysis import PUBLIC, entry_of, words_of
from helpdesk.search.documents import Document
from helpdesk.search.engine import Entry, NoIndexError, ObjectRef, engine
from helpdesk.search.meaning import KINDS as UNDERSTOOD_KINDS
from helpdesk.search.meaning import chosen_embedder, passage_of
from helpdesk.search.selectors import vocabulary
from helpdesk.search.services import keep_vocabulary, learn_words
from helpdesk.search.shelves import by_kind, probe
from helpdesk.search.sources import sources
from helpdesk.search.vocabulary import Vocabulary, WordCount

logger = logging.getLogger(__name__)

BATCH = 200
TELL_EVERY_S = 1.0


class Progress:
    """Says now and then how far it is."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self._said_at = time.monotonic()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if time.monotonic() - self._said_at >= TELL_EVERY_S:
            self._said_at = time.monotonic()
            self._say(f"{stage}: {done} of {total}")


class Understood:
    """Collects what an embedder, if there is one, is to work out once the index has it."""

    def __init__(self) -> None:
        self._embedder = chosen_embedder()
        self._passages: list[str] = []

    def passing(self, entry: Entry) -> Entry:
        if self._embedder is not None and entry.ref.kind in UNDERSTOOD_KINDS:
            self._passages.append(passage_of(entry))
        return entry

    def remember(self) -> None:
        if self._embedder is not None:
            self._embedder.remember(self._passages)


def index(refs: Collection[ObjectRef]) -> None:
    """Make the index say of these objects what the database says now, and learn the words that are new to all."""
    known = vocabulary()
    count = WordCount()
    understood = Understood()

    def load(asked: Collection[ObjectRef]) -> Iterator[Entry]:
        for document in _documents(asked):
            if PUBLIC in document.audience:
                count.add(words_of(document), is_public=True)
            yield understood.passing(entry_of(document, known))

    for kind, some in by_kind(refs).items():
        engine(kind).replace(some, load)
    understood.remember()
    new = count.vocabulary()
    if any(word not in known.public for word in new.public):
        learn_words(new)


def rebuild(*, progress: Progress) -> int:
    """Learn the words of all that can be found, then index it anew; return how many objects there are."""
    count = WordCount()
    for kind in sources():
        for batch in _batches(kind, "reading words", progress):
            for document in _documents(batch):
                count.add(words_of(document), is_public=PUBLIC in document.audience)
    known = count.vocabulary()
    objects = sum(_rebuild_kind(kind, known, progress) for kind in sources())
    keep_vocabulary(known)
    return objects


def _rebuild_kind(kind: str, known: Vocabulary, progress: Progress) -> int:
    understood = Understood()
    indexed = 0

    def counted() -> Iterator[Sequence[ObjectRef]]:
        # Read only once the engine takes changes for the new version too: what came since the words were read is here.
        nonlocal indexed
        for batch in _batches(kind, "indexing", progress):
            indexed += len(batch)
            yield batch

    engine(kind).rebuild(counted(), lambda asked: map(understood.passing, entries_of(asked, known)))
    understood.remember()
    return indexed


def ensure_index(*, progress: Progress) -> bool:
    """Build the index when there is none, or none that can be used; return whether that was done.

    Raises EngineUnavailableError while the engine does not answer, without having read all there is for nothing.
    """
    try:
        probe()
    except NoIndexError as error:
        logger.warning("Search is built anew: %s.", error)
        rebuild(progress=progress)
        return True
    return False


def entries_of(refs: Collection[ObjectRef], known: Vocabulary) -> Iterator[Entry]:
    for document in _documents(refs):
        yield entry_of(document, known)


def _documents(refs: Collection[ObjectRef]) -> Iterator[Document]:
    for kind, some in by_kind(refs).items():
        source = sources().get(kind)
        if source is not None:
            yield from source.documents([ref.object_id for ref in some])


def _batches(kind: str, stage: str, progress: Progress) -> Iterator[Sequence[ObjectRef]]:
    refs = [ObjectRef(kind, object_id) for object_id in sources()[kind].ids()]
    for start in range(0, len(refs), BATCH):
        progress(f"{stage}, {kind}", start, len(refs))
        yield refs[start : start + BATCH]
