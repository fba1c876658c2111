"""Versions of the index: one is read, and those that are whole or being built are all written to.

Alias "…-read" is at the one that answers; alias "…-write" at each that must get every change. A rebuild makes a new
version, and at the end moves the alias for reading in one step.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from elasticsearch import Elasticsearch, NotFoundError

from helpdesk.search.engine import LAYOUT, EngineUnavailableError, NoIndexError
from integrations.search.elastic.stored import SETTINGS, Stored

# Over a template that somebody has for every index.
PRIORITY = 500


class Versions:
    def __init__(self, prefix: str, place: str) -> None:
        self._name = re.compile(rf"{re.escape(prefix)}-{re.escape(place)}-(\d+)-(\d+)")
        self._pattern = f"{prefix}-{place}-*"
        # Only of this layout: what another one left cannot be read.
        self._base = f"{prefix}-{place}-{LAYOUT}"
        self.read = f"{self._base}-read"
        self.write = f"{self._base}-write"

    def read_index(self, client: Elasticsearch) -> str:
        """Return the index that is read; there must be just one, and it must get every change."""
        found = _behind(client, self.read)
        if not found:
            raise NoIndexError("there is no index yet")
        if len(found) != 1:
            raise NoIndexError(f"the alias for reading points at {len(found)} indices")
        if found[0] not in self.open_for_writing(client):
            raise NoIndexError("the index that is read gets no changes")
        return found[0]

    def open_for_writing(self, client: Elasticsearch) -> list[str]:
        return _behind(client, self.write)

    @contextmanager
    def building(self, client: Elasticsearch) -> Iterator[str]:
        """Give a new index, which from now on gets every change; it is read once the block ends well."""
        self._describe(client)
        index = f"{self._base}-{time.time_ns() // 1000}"
        client.indices.create(index=index, aliases={self.write: {}})
        try:
            yield index
            self._put_in_place(client, index)
        except BaseException:
            # Also when the process is told to stop: half an index must not stay.
            _remove(client, [index])
            raise

    def remove_all(self, client: Elasticsearch) -> None:
        _remove(client, self._all(client))
        client.options(ignore_status=404).indices.delete_index_template(name=self._base)

    def _describe(self, client: Elasticsearch) -> None:
        """Say what our indices are like, and that none comes into being by being written to."""
        template = Stored._index.as_composable_template(self._base, pattern=f"{self._base}-*", priority=PRIORITY)  # noqa: SLF001 - its place
        template.settings(**SETTINGS)
        description = template.to_dict()
        client.indices.put_index_template(name=self._base, allow_auto_create=False, **description)

    def _put_in_place(self, client: Elasticsearch, index: str) -> None:
        try:
            client.indices.refresh(index=index)
        except NotFoundError as gone:
            raise NoIndexError("what was built is gone: a rebuild that began later was done first") from gone
        # Of older layouts too: nothing follows there when somebody is erased.
        everything = self._all(client)
        place = everything.index(index)
        older, newer = everything[:place], everything[place + 1 :]
        # Also where somebody else put it.
        left = set(_behind(client, self.read)) - {index, *newer}
        others = [{"remove": {"index": name, "alias": self.read, "must_exist": False}} for name in sorted(left)]
        client.indices.update_aliases(actions=[*others, {"add": {"index": index, "alias": self.read}}])
        _remove(client, older)

    def _all(self, client: Elasticsearch) -> list[str]:
        """Return every version at this place, the oldest first."""
        found = client.indices.get(index=self._pattern, features="aliases", expand_wildcards="all")
        return sorted(filter(self._name.fullmatch, found), key=self._age)

    def _age(self, index: str) -> tuple[int, ...]:
        layout_and_time = self._name.fullmatch(index)
        return tuple(map(int, layout_and_time.groups())) if layout_and_time else ()


def _remove(client: Elasticsearch, names: list[str]) -> None:
    for name in names:
        client.options(ignore_status=404).indices.delete(index=name)


def _behind(client: Elasticsearch, alias: str) -> list[str]:
    try:
        found = sorted(dict(client.indices.get_alias(name=alias)))
    except NotFoundError:
        return []
    if not found:
        # The cluster says 404 then. Who believed this would think that there is nothing to write to.
        raise EngineUnavailableError("the answer is none that Elasticsearch gives")
    return found
