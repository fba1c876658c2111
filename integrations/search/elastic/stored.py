"""What Elasticsearch keeps of an entry. Its words were made here: it splits at spaces and counts, no more."""

from collections.abc import Iterable
from typing import Any, Literal

from elasticsearch.dsl import Document, Keyword, Long, MetaField, Object, Text

from helpdesk.search.engine import Entry, ObjectRef
from helpdesk.search.plan import FIELDS

SETTINGS: dict[str, Any] = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    # Said outright, so that an index nobody asked for a while refreshes too.
    "refresh_interval": "500ms",
    # How long a removal is remembered against a write that was begun before it.
    "gc_deletes": "10m",
}
COUNTED = {"type": "keyword", "index": False}


def _kept_of(field: str) -> Literal["positions", "freqs"]:
    """Where words stand is kept of the one field that phrases are looked for in."""
    return "positions" if field == "text" else "freqs"


class Stored(Document):
    ref = Keyword(index=False, doc_values=False)
    shape = Keyword()
    key = Keyword()
    version = Long()
    audience = Keyword(doc_values=False)
    codes = Keyword(doc_values=False)
    facets = Keyword(doc_values=False)
    # By name: {"status": ["open"]}, to be counted.
    counts = Object(dynamic=True)
    tokens = Object(
        properties={name: Text(analyzer="whitespace", index_options=_kept_of(name)) for name in FIELDS},
        dynamic="strict",
    )
    title = Text(index=False)
    text = Text(index=False)

    class Meta:
        dynamic = MetaField("strict")
        dynamic_templates = MetaField([{"counts": {"path_match": "counts.*", "mapping": COUNTED}}])
        # Nobody reads them back; the index is built anew from the database.
        source = MetaField(excludes=["tokens", "counts"])


def stored(entry: Entry) -> dict[str, Any]:
    document = Stored(
        ref=ref_token(entry.ref),
        shape=shape_of(entry),
        key=entry.key,
        version=entry.version,
        audience=sorted(entry.audience),
        codes=list(entry.codes),
        facets=list(entry.facets),
        counts=_by_name(entry.facets),
        tokens={name: " ".join(tokens) for name, tokens in entry.tokens.items()},
        title=entry.title,
        text=entry.text,
    )
    return document.to_dict()


def _by_name(facets: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for facet in facets:
        name, _equals, value = facet.partition("=")
        found.setdefault(name, []).append(value)
    return found


def ref_token(ref: ObjectRef) -> str:
    return f"{ref.kind}:{ref.object_id}"


def shape_of(entry: Entry) -> str:
    """Return the key without the number of the object: "ticket", "ticket:asked"."""
    return entry.ref.kind + entry.key.removeprefix(ref_token(entry.ref))


def ref_of(token: str) -> ObjectRef:
    kind, _colon, object_id = token.rpartition(":")
    return ObjectRef(kind, int(object_id))
