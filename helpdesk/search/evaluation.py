"""How well the right document is found: queries with known answers, through the product's own query path."""

import math
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from helpdesk.search.analysis import PUBLIC, entry_of, words_of
from helpdesk.search.documents import Document
from helpdesk.search.engine import Engine, EngineUnavailableError, Entry, Found, ObjectRef
from helpdesk.search.finding import seek
from helpdesk.search.meaning import Embedder, passage_of
from helpdesk.search.plan import Plan, audience_token
from helpdesk.search.queries import Query
from helpdesk.search.synonyms import Synonyms
from helpdesk.search.vocabulary import Vocabulary, WordCount

KIND = "article"
FIRST = 10
DEEP = 50
BATCH = 500
# How long to wait before each next try when an engine does not answer in the time of a page.
PAUSES_S = (1, 2, 4, 8)


@dataclass(frozen=True, kw_only=True)
class Question:
    variant: str
    text: str
    relevant: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    variant: str
    ndcg: float
    reciprocal_rank: float
    recall: float
    ms: float


@dataclass(frozen=True, kw_only=True)
class Collected:
    """Documents to search in: `names` gives of each object the id that the questions know it by."""

    documents: Sequence[Document]
    names: Sequence[str]

    def build(self, engine: Engine, embedder: Embedder | None = None) -> Vocabulary:
        """Index all of them; return the words they taught."""
        count = WordCount()
        for document in self.documents:
            count.add(words_of(document), is_public=True)
        known = count.vocabulary()
        refs = [ObjectRef(KIND, document.object_id) for document in self.documents]
        batches = [refs[start : start + BATCH] for start in range(0, len(refs), BATCH)]
        engine.rebuild(batches, lambda asked: self._entries(asked, known))
        if embedder is not None:
            embedder.remember([passage_of(entry) for entry in self._entries(refs, known)])
        return known

    def _entries(self, asked: Collection[ObjectRef], known: Vocabulary) -> Iterator[Entry]:
        return (entry_of(self.documents[ref.object_id], known) for ref in asked)


def collect(rows: Iterable[Mapping[str, str]]) -> Collected:
    """Return rows of `id`, `title` and `text` as public articles."""
    kept = list(rows)
    documents = [
        Document(
            key=f"{KIND}:{number}",
            kind=KIND,
            object_id=number,
            version=number,
            title=row["title"],
            text=row["text"],
            audience=frozenset({PUBLIC}),
        )
        for number, row in enumerate(kept)
    ]
    return Collected(documents=documents, names=[row["id"] for row in kept])


def ask_all(
    questions: Iterable[Question],
    *,
    collected: Collected,
    engine: Engine,
    vocabulary: Vocabulary,
    synonyms: Synonyms,
    embedder: Embedder | None = None,
) -> Iterator[Outcome]:
    audience = frozenset({audience_token(KIND, PUBLIC)})
    for question in questions:
        began = time.perf_counter()
        sought = seek(
            Query(text=question.text, kinds=(KIND,), limit=DEEP),
            search=partial(_patiently, engine),
            vocabulary=vocabulary,
            synonyms=synonyms,
            audience=audience,
            embedder=embedder,
        )
        ms = (time.perf_counter() - began) * 1000
        yield _outcome(question, [collected.names[match.ref.object_id] for match in sought.found.matches], ms)


def _patiently(engine: Engine, plan: Plan) -> Found:
    """Search, and once more where a page would go on without: how well is measured here, not how soon."""
    for pause_s in PAUSES_S:
        try:
            return engine.search(plan)
        except EngineUnavailableError:
            time.sleep(pause_s)
    return engine.search(plan)


def _outcome(question: Question, found: Sequence[str], ms: float) -> Outcome:
    hits = [name in question.relevant for name in found]
    gain = sum(1 / math.log2(rank + 2) for rank, hit in enumerate(hits[:FIRST]) if hit)
    ideal = sum(1 / math.log2(rank + 2) for rank in range(min(FIRST, len(question.relevant))))
    first = next((rank for rank, hit in enumerate(hits[:FIRST], start=1) if hit), 0)
    return Outcome(
        variant=question.variant,
        ndcg=gain / ideal,
        reciprocal_rank=1 / first if first else 0.0,
        recall=sum(hits) / len(question.relevant),
        ms=ms,
    )


def report(outcomes: Iterable[Outcome]) -> dict[str, object]:
    """Return the measures over all questions and by variant."""
    kept = list(outcomes)
    by_variant: defaultdict[str, list[Outcome]] = defaultdict(list)
    for outcome in kept:
        by_variant[outcome.variant].append(outcome)
    return _measures(kept) | {"by_variant": {variant: _measures(some) for variant, some in by_variant.items()}}


def _measures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    def mean(measure: Callable[[Outcome], float]) -> float:
        return round(sum(map(measure, outcomes)) / max(1, len(outcomes)), 4)

    times = sorted(outcome.ms for outcome in outcomes) or [0.0]
    return {
        f"ndcg@{FIRST}": mean(lambda outcome: outcome.ndcg),
        f"mrr@{FIRST}": mean(lambda outcome: outcome.reciprocal_rank),
        f"recall@{DEEP}": mean(lambda outcome: outcome.recall),
        "p50_ms": round(times[len(times) // 2], 2),
        "p95_ms": round(times[int(len(times) * 0.95)], 2),
        "n": len(outcomes),
    }
