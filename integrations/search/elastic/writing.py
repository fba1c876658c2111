"""Writes with versions of our own, so that what was read earlier never overwrites what was read later."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.db import connection
from elasticsearch import Elasticsearch
from elasticsearch.dsl import A, Search
from elasticsearch.helpers import streaming_bulk

from helpdesk.search.engine import EngineUnavailableError, Entry, ObjectRef
from integrations.search.elastic.stored import ref_token, shape_of, stored

CHUNK = 500
MAX_BYTES = 8 * 1024 * 1024
MOST_SHAPES = 1_000

Action = dict[str, Any]


def reading_number() -> int:
    """Return a number that grows, in whatever process: what is loaded after this was not changed before it.

    It is the clock of the database, which is one, in microseconds.
    """
    if connection.vendor == "sqlite":
        return time.time_ns() // 1000
    with connection.cursor() as cursor:
        cursor.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
        number: int = cursor.fetchone()[0]
    return number


class Keys:
    """Which keys an object may have in the index, to remove those that it has no more.

    The index shows with a delay what it got, and what is written at this very moment it cannot show. So all that
    objects of a kind have anywhere is removed ("ticket:12" and "ticket:12:asked"), whether it is there or not: a
    removal stands against an older write that comes after it.
    """

    def __init__(self) -> None:
        self._shapes: set[str] = set()

    def learn_from_index(self, client: Elasticsearch, indices: Sequence[str]) -> None:
        search = Search(using=client, index=list(indices)).params(ignore_unavailable=True)[:0]
        search.aggs.bucket("shapes", A("terms", field="shape", size=MOST_SHAPES))
        answer: dict[str, Any] = search.execute().to_dict()
        # Without any, when the indices have just gone.
        counted = answer.get("aggregations", {"shapes": {"buckets": []}})
        self._shapes.update(bucket["key"] for bucket in counted["shapes"]["buckets"])

    def learn_from(self, entries: Iterable[Entry]) -> None:
        self._shapes.update(shape_of(entry) for entry in entries)

    def possible(self, ref: ObjectRef) -> set[str]:
        shapes = (shape.partition(":") for shape in self._shapes.copy())
        return {f"{ref_token(ref)}{colon}{ending}" for kind, colon, ending in shapes if kind == ref.kind}


def write(client: Elasticsearch, actions: Iterable[Action]) -> None:
    """Carry out all of them; what is older than what is there, and what is meant for an index that went, is skipped."""
    results = streaming_bulk(
        client, actions, chunk_size=CHUNK, max_chunk_bytes=MAX_BYTES, raise_on_error=False, yield_ok=False
    )
    failures = [outcome for _ok, item in results for outcome in item.values() if not _is_settled(outcome)]
    if failures:
        kinds = sorted({str(outcome.get("error", {}).get("type", outcome["status"])) for outcome in failures})
        raise EngineUnavailableError(f"{len(failures)} entries were not written: {', '.join(kinds)}")


def actions_of(
    indices: Sequence[str], entries: Iterable[Entry], removed: Iterable[str], number: int
) -> Iterator[Action]:
    for entry in entries:
        source = stored(entry)
        for index in indices:
            yield {**_address(index, entry.key, number), "_op_type": "index", "_source": source}
    for key in removed:
        for index in indices:
            yield {**_address(index, key, number), "_op_type": "delete"}


def _address(index: str, key: str, number: int) -> Action:
    return {"_index": index, "_id": key, "version": number, "version_type": "external"}


def _is_settled(outcome: Mapping[str, Any]) -> bool:
    # 409: something read later is there; 404: nothing to remove (the removal is remembered), or the index went.
    return outcome["status"] in {HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND}
