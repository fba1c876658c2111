"""What the database finds by itself while the engine is away: less, the newest first, and nothing one may not see."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from helpdesk.search.analysis import telling
from helpdesk.search.documents import Document
from helpdesk.search.engine import Match, ObjectRef
from helpdesk.search.queries import Hit, Page, Query
from helpdesk.search.results import hit_of, shown_of
from helpdesk.search.snippets import Marker, on_one_line
from helpdesk.search.sources import Source, Wanted
from helpdesk.search.words import stem, words

# How many words the database is asked for, and how many rows of a kind it is asked to give.
MOST_WORDS = 6
MOST_ROWS = 100
LONGEST_QUERY = 200


@dataclass(frozen=True, kw_only=True)
class _Row:
    source: Source
    object_id: int


def find_in_database(actor: Any, query: Query, asked: Mapping[str, Source]) -> Page:
    text = query.text[:LONGEST_QUERY]
    typed = [*query.phrases, *telling(text)][:MOST_WORDS]
    if not typed and any(words(text)):
        # What nearly every text has in it asks nothing; the engine finds nothing by it either.
        return Page(hits=(), total=0, backend="database", degraded=True)
    wanted = Wanted(words=tuple(typed), filters=query.filters, without=query.without, limit=MOST_ROWS)
    rows = [row for source in asked.values() for row in _rows(actor, source, wanted)]
    part = rows[query.offset : query.offset + query.limit]
    marker = Marker(frozenset(map(stem, typed)))
    return Page(hits=tuple(_hits(actor, part, marker, asked)), total=len(rows), backend="database", degraded=True)


def _rows(actor: Any, source: Source, wanted: Wanted) -> list[_Row]:
    ids = source.matching(actor, wanted)
    if not source.narrows and (any(wanted.filters.values()) or any(wanted.without.values())):
        kept = _readable(actor, source, ids)
        ids = [number for number in ids if number in kept and _keeps(kept[number], wanted)]
    return [_Row(source=source, object_id=number) for number in ids]


def _hits(actor: Any, rows: list[_Row], marker: Marker, asked: Mapping[str, Source]) -> Iterator[Hit]:
    refs = [ObjectRef(row.source.kind, row.object_id) for row in rows]
    shown = shown_of(actor, refs, asked)
    documents = {kind: _readable(actor, asked[kind], _ids(refs, kind)) for kind in {ref.kind for ref in refs}}
    for ref in refs:
        document = documents[ref.kind].get(ref.object_id)
        if ref in shown and document is not None:
            match = Match(key=document.key, ref=ref, score=0.0, title=document.title, text=on_one_line(document.text))
            yield hit_of(match, shown[ref], marker)


def _readable(actor: Any, source: Source, ids: Collection[int]) -> dict[int, Document]:
    """Return of each object the document that is for this actor."""
    keywords = source.audience_of(actor)
    documents: dict[int, Document] = {}
    for document in source.documents(ids):
        if document.audience & keywords:
            documents.setdefault(document.object_id, document)
    return documents


def _ids(refs: list[ObjectRef], kind: str) -> list[int]:
    return [ref.object_id for ref in refs if ref.kind == kind]


def _keeps(document: Document, wanted: Wanted) -> bool:
    def has_one(name: str, values: tuple[str, ...]) -> bool:
        return not set(values).isdisjoint(document.facets.get(name, ()))

    has_all = all(has_one(name, values) for name, values in wanted.filters.items() if values)
    return has_all and not any(has_one(name, values) for name, values in wanted.without.items())
