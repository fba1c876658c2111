"""From the database to the index: one change, or everything."""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence

from helpdesk.search.analysis import PUBLIC, entry_of, words_of
from helpdesk.search.documents import Document
from helpdesk.search.engine import Engine, Entry, NoIndexError, ObjectRef
from helpdesk.search.meaning import KINDS as UNDERSTOOD_KINDS
from helpdesk.search.meaning import chosen_embedder, passage_of
from helpdesk.search.selectors import vocabulary
from helpdesk.search.services import keep_vocabulary, learn_words
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


def index(refs: Collection[ObjectRef], *, engine: Engine) -> None:
    """Make the index say of these objects what the database says now, and learn the words that are new to all."""
    known = vocabulary()
    count = WordCount()
    understood = Understood()

    def load(asked: Collection[ObjectRef]) -> Iterator[Entry]:
        for document in _documents(asked):
            if PUBLIC in document.audience:
                count.add(words_of(document), is_public=True)
            yield understood.passing(entry_of(document, known))

    engine.replace(refs, load)
    understood.remember()
    new = count.vocabulary()
    if any(word not in known.public for word in new.public):
        learn_words(new)


def rebuild(*, engine: Engine, progress: Progress) -> int:
    """Learn the words of all that can be found, then index it anew; return how many objects there are."""
    count = WordCount()
    for batch in _batches(everything(), "reading words", progress):
        for document in _documents(batch):
            count.add(words_of(document), is_public=PUBLIC in document.audience)
    known = count.vocabulary()
    understood = Understood()
    indexed: list[ObjectRef] = []

    def listed_late() -> Iterator[Sequence[ObjectRef]]:
        # Only once the engine takes changes for the new version too: what came since the words were read is here.
        indexed.extend(everything())
        yield from _batches(indexed, "indexing", progress)

    engine.rebuild(listed_late(), lambda asked: map(understood.passing, entries_of(asked, known)))
    keep_vocabulary(known)
    understood.remember()
    return len(indexed)


def everything() -> list[ObjectRef]:
    return [ObjectRef(kind, object_id) for kind, source in sources().items() for object_id in source.ids()]


def ensure_index(*, engine: Engine, progress: Progress) -> bool:
    """Build the index when there is none, or none that can be used; return whether that was done.

    Raises EngineUnavailableError while the engine does not answer, without having read all there is for nothing.
    """
    try:
        engine.probe()
    except NoIndexError as error:
        logger.warning("Search is built anew: %s.", error)
        rebuild(engine=engine, progress=progress)
        return True
    return False


def entries_of(refs: Collection[ObjectRef], known: Vocabulary) -> Iterator[Entry]:
    for document in _documents(refs):
        yield entry_of(document, known)


def _documents(refs: Collection[ObjectRef]) -> Iterator[Document]:
    ids: defaultdict[str, list[int]] = defaultdict(list)
    for ref in refs:
        ids[ref.kind].append(ref.object_id)
    for kind, wanted in ids.items():
        source = sources().get(kind)
        if source is not None:
            yield from source.documents(wanted)


def _batches(refs: Sequence[ObjectRef], stage: str, progress: Progress) -> Iterator[Sequence[ObjectRef]]:
    for start in range(0, len(refs), BATCH):
        progress(stage, start, len(refs))
        yield refs[start : start + BATCH]
