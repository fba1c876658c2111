"""Search on an Elasticsearch cluster."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from django.conf import settings
from elasticsearch import NotFoundError

from helpdesk.search.engine import Counts, Engine, EngineUnavailableError, Found, Load, ObjectRef
from helpdesk.search.plan import Plan
from integrations.search.elastic.cluster import Cluster, read_as_its_own, told_plainly
from integrations.search.elastic.questions import ask_anything, find
from integrations.search.elastic.versions import Versions
from integrations.search.elastic.writing import Keys, actions_of, reading_number, write

AT_ONCE = 500


class ElasticsearchEngine:
    name = "elasticsearch"

    def __init__(self, place: str) -> None:
        if not settings.ELASTICSEARCH_URL:
            raise EngineUnavailableError("ELASTICSEARCH_URL is not set")
        self._cluster = Cluster(settings.ELASTICSEARCH_URL)
        self._versions = Versions(settings.ELASTICSEARCH_PREFIX, place)
        self._keys = Keys()

    def search(self, plan: Plan) -> Found:
        if not plan.audience:
            return Found(matches=(), counts=lambda: Counts(total=0, facets={name: {} for name in plan.counted}))
        with told_plainly():
            return self._cluster.in_time(lambda: self._find(plan))

    def replace(self, refs: Collection[ObjectRef], load: Load) -> None:
        """Without any version there is nothing to do: whatever is built later reads the database later."""
        for some in _parts(sorted(refs)):
            with told_plainly(), read_as_its_own():
                indices = self._versions.open_for_writing(self._cluster.for_writing)
            if indices:
                self._replace(some, load, indices)

    def rebuild(self, batches: Iterable[Collection[ObjectRef]], load: Load) -> None:
        client = self._cluster.for_writing
        with told_plainly(), self._versions.building(client) as index:
            for refs in batches:
                number = reading_number()
                write(client, actions_of([index], load(refs), (), number))

    def probe(self) -> str:
        client = self._cluster.for_pages
        with told_plainly(), read_as_its_own():
            index = self._versions.read_index(client)
            if client.cluster.health(index=index, timeout="500ms")["status"] == "red":
                raise EngineUnavailableError("the index that is read is not whole")
            ask_anything(client, self._versions.read)
            nodes = client.nodes.info(metric="http", filter_path="nodes.*.version")["nodes"]
        return min(str(node["version"]) for node in nodes.values())

    def drop(self) -> None:
        with told_plainly():
            self._versions.remove_all(self._cluster.for_writing)

    def close(self) -> None:
        """Let go of the connections."""
        self._cluster.close()

    def _find(self, plan: Plan) -> Found:
        try:
            return find(self._cluster.for_pages, self._versions.read, plan)
        except NotFoundError:
            # The version that was read may have gone just now; if it was the last, this fails too.
            return find(self._cluster.for_pages, self._versions.read, plan)

    def _replace(self, refs: Sequence[ObjectRef], load: Load, indices: Sequence[str]) -> None:
        number = reading_number()
        entries = list(load(refs))
        client = self._cluster.for_writing
        with told_plainly(), read_as_its_own():
            self._keys.learn_from(entries)
            self._keys.learn_from_index(client, indices)
            possible = {key for ref in refs for key in self._keys.possible(ref)}
            removed = possible - {entry.key for entry in entries}
            write(client, actions_of(indices, entries, removed, number))


def _parts(refs: Sequence[ObjectRef]) -> Iterator[Sequence[ObjectRef]]:
    for start in range(0, len(refs), AT_ONCE):
        yield refs[start : start + AT_ONCE]


def _conforms(engine: ElasticsearchEngine) -> Engine:
    """Let the type checker see that this is an engine."""
    return engine
