"""The one way to find something: `find(actor, query)`."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from helpdesk.search.breaker import Breaker
from helpdesk.search.documents import Document
from helpdesk.search.engine import EngineUnavailableError, Found, Match, ObjectRef, engine
from helpdesk.search.plan import Plan, audience_token, facet_token
from helpdesk.search.planning import Reading, Synonyms, exact, read
from helpdesk.search.queries import Hit, Page, Query
from helpdesk.search.selectors import synonyms, vocabulary
from helpdesk.search.snippets import snippet
from helpdesk.search.sources import Shown, Source, sources
from helpdesk.search.vocabulary import Vocabulary
from helpdesk.search.words import fold, words

MOST_HITS = 200
FURTHEST = 10_000
# Without the engine: how many words the database is asked for, and how many rows are looked at to keep the filters.
FALLBACK_WORDS = 6
FALLBACK_ROWS = 200

Search = Callable[[Plan], Found]
_breaker = Breaker(engine)


@dataclass(frozen=True, kw_only=True)
class Sought:
    found: Found
    reading: Reading


def find(actor: Any, query: Query) -> Page:
    """Return what this actor finds: filtered in the index, and checked once more against the database."""
    query = replace(query, limit=min(query.limit, MOST_HITS), offset=min(query.offset, FURTHEST))
    asked = {kind: source for kind, source in sources().items() if not query.kinds or kind in query.kinds}
    try:
        sought = seek(
            query,
            search=_breaker.search,
            vocabulary=vocabulary(),
            synonyms=synonyms(),
            audience=_audience(actor, asked),
        )
    except EngineUnavailableError:
        return _from_database(actor, query, asked)
    return _checked(actor, query, sought, asked)


def seek(
    query: Query, *, search: Search, vocabulary: Vocabulary, synonyms: Synonyms, audience: frozenset[str]
) -> Sought:
    """Return what an engine finds for who belongs to this audience: identifiers first, else by its words."""
    codes = exact(query.text)
    if codes is not None:
        found = search(_narrowed(codes, query, audience))
        if found.total:
            return Sought(found=found, reading=Reading(plan=codes))
    reading = read(query.text, vocabulary=vocabulary, synonyms=synonyms)
    return Sought(found=search(_narrowed(reading.plan, query, audience)), reading=reading)


def _narrowed(plan: Plan, query: Query, audience: frozenset[str]) -> Plan:
    filters = [tuple(facet_token(name, value) for value in values) for name, values in query.filters.items() if values]
    if query.kinds:
        filters.append(tuple(facet_token("kind", kind) for kind in query.kinds))
    return replace(
        plan,
        audience=audience,
        filters=tuple(filters),
        counted=query.facets,
        limit=query.limit,
        offset=query.offset,
    )


def _audience(actor: Any, asked: Mapping[str, Source]) -> frozenset[str]:
    return frozenset(
        audience_token(kind, keyword) for kind, source in asked.items() for keyword in source.audience_of(actor)
    )


def _checked(actor: Any, query: Query, sought: Sought, asked: Mapping[str, Source]) -> Page:
    found = sought.found
    shown = _shown(actor, [match.ref for match in found.matches], asked)
    best: dict[ObjectRef, Match] = {}
    for match in found.matches:
        if match.ref in shown:
            best.setdefault(match.ref, match)
    return Page(
        hits=tuple(_hit(match, shown[match.ref], sought.reading.stems) for match in best.values()),
        total=found.total - (len(found.matches) - len(best)),
        backend=engine().name,
        facets=found.facets,
        suggestion=_suggestion(query.text, sought.reading.repairs),
    )


def _shown(actor: Any, refs: Iterable[ObjectRef], asked: Mapping[str, Source]) -> Mapping[ObjectRef, Shown]:
    ids: defaultdict[str, list[int]] = defaultdict(list)
    for ref in refs:
        ids[ref.kind].append(ref.object_id)
    return {
        ObjectRef(kind, object_id): shown
        for kind, wanted in ids.items()
        if kind in asked
        for object_id, shown in asked[kind].shown(actor, wanted).items()
    }


def _hit(match: Match, shown: Shown, stems: Collection[str]) -> Hit:
    return Hit(
        kind=match.ref.kind,
        object_id=match.ref.object_id,
        title=shown.title,
        url=shown.url,
        snippet_html=snippet(match.text, stems),
        score=match.score,
    )


def _suggestion(text: str, repairs: Mapping[str, str]) -> str | None:
    """Return the query with the words that were probably meant, or none when it is fine as it is."""
    if not repairs:
        return None
    said = [repairs.get(fold(word), word) for word in text.split()]
    suggestion = " ".join(said)
    return suggestion if suggestion != " ".join(text.split()) else " ".join(repairs.get(w, w) for w in words(text))


def _from_database(actor: Any, query: Query, asked: Mapping[str, Source]) -> Page:
    """Return what the database finds by itself: less, in no order of relevance, and nothing one may not see."""
    stems: frozenset[str] = read(query.text, vocabulary=vocabulary(), synonyms={}).stems
    typed = [word for word in words(query.text) if word][:FALLBACK_WORDS]
    hits = [hit for source in asked.values() for hit in _rows(actor, query, source, typed, stems)]
    part = tuple(hits[query.offset : query.offset + query.limit])
    return Page(hits=part, total=len(hits), backend="database", degraded=True)


def _rows(actor: Any, query: Query, source: Source, typed: list[str], stems: Collection[str]) -> Iterable[Hit]:
    ids = source.matching(actor, typed, FALLBACK_ROWS)
    shown = source.shown(actor, ids)
    kept = source.audience_of(actor)
    documents: dict[int, Document] = {}
    for document in source.documents([object_id for object_id in ids if object_id in shown]):
        if document.audience & kept and _keeps(document, query.filters):
            documents.setdefault(document.object_id, document)
    for object_id in ids:
        if object_id in documents:
            match = Match(
                key=documents[object_id].key,
                ref=ObjectRef(source.kind, object_id),
                score=0.0,
                title=documents[object_id].title,
                text=documents[object_id].text,
            )
            yield _hit(match, shown[object_id], stems)


def _keeps(document: Document, filters: Mapping[str, tuple[str, ...]]) -> bool:
    return all(set(values) & set(document.facets.get(name, ())) for name, values in filters.items() if values)
