"""From the database to the index: one change, or everything."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence

from helpdesk.search.analysis import PUBLIC, entry_of, words_of
from helpdesk.search.documents import Document
from helpdesk.search.engine import Engine, Entry, ObjectRef
from helpdesk.search.selectors import vocabulary
from helpdesk.search.services import keep_vocabulary
from helpdesk.search.sources import sources
from helpdesk.search.vocabulary import Vocabulary, WordCount

BATCH = 200
# Told how many objects of how many were read, and in which of the two rounds.
Progress = Callable[[str, int, int], None]


def index(refs: Collection[ObjectRef], *, engine: Engine) -> None:
    """Make the index say of these objects what the database says now."""
    known = vocabulary()
    engine.replace(refs, lambda asked: entries_of(asked, known))


def rebuild(*, engine: Engine, progress: Progress) -> int:
    """Learn the words of all that can be found, then index it anew; return how many objects there are."""
    refs = [ObjectRef(kind, object_id) for kind, source in sources().items() for object_id in source.ids()]
    count = WordCount()
    for batch in _batches(refs, "words", progress):
        for document in _documents(batch):
            count.add(words_of(document), is_public=PUBLIC in document.audience)
    known = count.vocabulary()
    engine.rebuild(_batches(refs, "index", progress), lambda asked: entries_of(asked, known))
    keep_vocabulary(known)
    return len(refs)


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
    progress(stage, len(refs), len(refs))
