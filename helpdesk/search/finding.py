"""The one way to find something: `find(actor, query)`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from helpdesk.search import shelves
from helpdesk.search.analysis import safe_text
from helpdesk.search.breaker import Breaker
from helpdesk.search.engine import EngineUnavailableError, Found, Match, ObjectRef
from helpdesk.search.fallback import find_in_database
from helpdesk.search.meaning import LOOKED_AT, Embedder, chosen_embedder, reordered
from helpdesk.search.plan import Plan, audience_token, facet_token
from helpdesk.search.planning import LONGEST_QUERY, Reading, exact, in_a_row, read, whether
from helpdesk.search.queries import Page, Query
from helpdesk.search.results import hit_of, shown_of
from helpdesk.search.selectors import synonyms, vocabulary
from helpdesk.search.snippets import Marker
from helpdesk.search.sources import Source, sources
from helpdesk.search.synonyms import Synonyms
from helpdesk.search.vocabulary import Vocabulary
from helpdesk.search.wording import as_read, suggestion_for
from helpdesk.search.words import words

MOST_HITS = 200
FURTHEST = 10_000

Search = Callable[[Plan], Found]
_breaker = Breaker(search=shelves.search, probe=shelves.probe)


@dataclass(frozen=True, kw_only=True)
class Sought:
    found: Found
    reading: Reading


def find(actor: Any, query: Query) -> Page:
    """Return what this actor finds: filtered in the index, and checked once more against the database."""
    query = replace(query, limit=min(query.limit, MOST_HITS), offset=min(query.offset, FURTHEST))
    if query.text.strip() and not any(words(safe_text(query.text[:LONGEST_QUERY]))):
        # Signs alone, or a number that is never kept: nothing was named, which is not asking for everything.
        return Page(hits=(), total=0, backend=settings.SEARCH_BACKEND, facets={name: {} for name in query.facets})
    asked = {kind: source for kind, source in sources().items() if not query.kinds or kind in query.kinds}
    try:
        sought = seek(
            query,
            search=_breaker.search,
            # What only stands where somebody may not look must not show in what they find either.
            vocabulary=vocabulary() if actor.is_agent else vocabulary().public_only,
            synonyms=synonyms(),
            audience=audience_of(actor, asked),
            embedder=chosen_embedder(),
        )
        return _checked(actor, query, sought, asked)
    except EngineUnavailableError:
        return find_in_database(actor, query, asked)


def seek(
    query: Query,
    *,
    search: Search,
    vocabulary: Vocabulary,
    synonyms: Synonyms,
    audience: frozenset[str],
    embedder: Embedder | None = None,
) -> Sought:
    """Return what an engine finds for who belongs to this audience: identifiers first, else by its words."""

    def stands(token: str) -> bool:
        return bool(search(replace(whether(token), audience=audience)).matches)

    codes = exact(query.text)
    if codes is not None:
        found = search(_narrowed(codes, query, audience))
        if found.total:
            return Sought(found=found, reading=Reading(plan=codes))
    reading = read(query.text, vocabulary=vocabulary, synonyms=synonyms, stands=stands)
    if codes is not None:
        # An identifier that names nothing here is not a word somebody mistyped.
        reading = replace(reading, repairs={}, joined={})
    # What is told by an identifier needs no words beside it.
    plan = replace(_narrowed(reading.plan, query, audience), phrases=tuple(filter(None, map(in_a_row, query.phrases))))
    if embedder is None or not plan.groups:
        return Sought(found=search(plan), reading=reading)
    question = as_read(query.text[:LONGEST_QUERY], reading)
    return Sought(found=_by_meaning_too(plan, question, search, embedder), reading=reading)


def _by_meaning_too(plan: Plan, question: str, search: Search, embedder: Embedder) -> Found:
    """Let meaning have a say about the first of what is found; what comes after those stays as it is.

    Whatever the slice: a row has one place, so that slices beside each other show each once.
    """
    if plan.offset >= LOOKED_AT:
        return search(plan)
    end = plan.offset + plan.limit
    found = search(replace(plan, offset=0, limit=max(end, LOOKED_AT)))
    ordered = [*reordered(question, found.matches[:LOOKED_AT], embedder), *found.matches[LOOKED_AT:]]
    return replace(found, matches=tuple(ordered[plan.offset : end]))


def _narrowed(plan: Plan, query: Query, audience: frozenset[str]) -> Plan:
    """Keep to a query's slice and filters; to its kinds keeps the audience, whose tokens are each of one kind."""
    filters = (tuple(facet_token(name, value) for value in values) for name, values in query.filters.items() if values)
    return replace(
        plan,
        audience=audience,
        filters=tuple(filters),
        left_out=tuple(facet_token(name, value) for name, values in query.without.items() for value in values),
        counted=query.facets,
        limit=query.limit,
        offset=query.offset,
    )


def audience_of(actor: Any, asked: Mapping[str, Source]) -> frozenset[str]:
    return frozenset(
        audience_token(kind, keyword) for kind, source in asked.items() for keyword in source.audience_of(actor)
    )


def _checked(actor: Any, query: Query, sought: Sought, asked: Mapping[str, Source]) -> Page:
    found = sought.found
    shown = shown_of(actor, [match.ref for match in found.matches], asked)
    best: dict[ObjectRef, Match] = {}
    for match in found.matches:
        if match.ref in shown and (not shown[match.ref].keys or match.key in shown[match.ref].keys):
            best.setdefault(match.ref, match)
    marker = Marker(sought.reading.stems)
    hits = tuple(hit_of(match, shown[match.ref], marker) for match in best.values())
    counts = found.counts()
    return Page(
        hits=hits,
        total=counts.total - (len(found.matches) - len(best)),
        backend=settings.SEARCH_BACKEND,
        facets=counts.facets,
        suggestion=suggestion_for(query.text, sought.reading) if best else None,
        is_guess=sought.reading.is_guess and bool(best),
    )
