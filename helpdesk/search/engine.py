"""The port to what stores and finds: tantivy on disk, or an Elasticsearch cluster (`integrations/search`)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from helpdesk.search.plan import Plan, sort_of

# Grows when entries of today cannot be read as those of yesterday: an index of another layout is built anew.
LAYOUT = 7


class EngineUnavailableError(Exception):
    """The engine cannot be used now. The text is for operators."""


class NoIndexError(EngineUnavailableError):
    """The engine answers, but has no index of this layout that can be used: building one helps."""


class TooSlowError(EngineUnavailableError):
    """This question takes too long; others need not wait for that."""


@dataclass(frozen=True, order=True)
class ObjectRef:
    kind: str
    object_id: int


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A document as an engine keeps it: `tokens` by field, the rest as it stands.

    `audience` and `facets` hold tokens as `plan` makes them, of the audience one of a sort; "kind" is always among the
    facets.
    `title` and `text` are only kept, to be given back with a match.
    """

    key: str
    ref: ObjectRef
    version: int
    title: str
    text: str
    tokens: Mapping[str, Sequence[str]]
    audience: frozenset[str]
    codes: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(set(map(sort_of, self.audience))) < len(self.audience):
            raise ValueError(f"{self.key} is for two of one sort: {sorted(self.audience)}")


@dataclass(frozen=True, kw_only=True)
class Match:
    key: str
    ref: ObjectRef
    score: float
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Counts:
    """`total`: all that match; `facets`: name -> value -> how many of them."""

    total: int
    facets: Mapping[str, Mapping[str, int]]


def _not_counted() -> Counts:
    raise LookupError("the plan did not ask how many match")


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found; it may still be counted, so ask for that last. `counts` raises what `Engine.search` raises.

    Of a plan that is not counted there are none.
    """

    matches: tuple[Match, ...]
    counts: Callable[[], Counts] = _not_counted

    @property
    def total(self) -> int:
        return self.counts().total

    @property
    def facets(self) -> Mapping[str, Mapping[str, int]]:
        return self.counts().facets


# Returns all entries that these objects have now, from the database; an object without any is not to be found.
Load = Callable[[Collection[ObjectRef]], Iterable[Entry]]


class Engine(Protocol):
    """One index, of one kind. Safe to use from several threads; several processes may have one of the same place."""

    name: str

    def search(self, plan: Plan) -> Found:
        """Execute a plan; raises EngineUnavailableError within a second when that cannot be done now."""

    def replace(self, refs: Collection[ObjectRef], load: Load) -> None:
        """Make what is kept of these objects what `load` says, durably, and findable within a second.

        `load` is called by the engine, where it can be sure that nothing older overwrites something newer. While a
        rebuild goes on, in whatever process, its index gets this change too.
        """

    def rebuild(self, batches: Iterable[Collection[ObjectRef]], load: Load) -> None:
        """Build a new version of the index from these objects and put it in the place of the old one at once.

        Until then the old one goes on answering and taking changes. One that fails leaves the old as it was.
        """

    def probe(self) -> str:
        """Return the version of the engine; raises EngineUnavailableError (NoIndexError) when it is not usable."""

    def drop(self) -> None:
        """Remove everything that is kept at this place."""


def make_engine(*, backend: str, place: str) -> Engine:
    """Return the engine of a backend ("tantivy", "elasticsearch") at a place: a kind, or one for a trial."""
    return import_string(settings.SEARCH_ENGINES[backend])(place)  # type: ignore[no-any-return]


@cache
def engine(kind: str) -> Engine:
    """Return what the product finds documents of this kind with."""
    return make_engine(backend=settings.SEARCH_BACKEND, place=kind)
