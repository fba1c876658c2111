"""Where documents come from: each room that has something to find has a source."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from helpdesk.search.documents import Document


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the database says of something found, for who asks.

    `public_id`: how programs outside name it (a reference, a short name, a URI), because our keys mean nothing there.
    `keys`: its documents that are for who asks, where it has one for each readership; empty when any is.
    """

    title: str
    url: str
    public_id: str
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the database is asked for: words that must all be there, and filters as a `Query` has them."""

    words: tuple[str, ...]
    filters: Mapping[str, tuple[str, ...]]
    without: Mapping[str, tuple[str, ...]]
    limit: int


class Source(Protocol):
    """One kind of documents. An actor is one of `accounts.actors`, which this room lies below.

    `narrows`: its `matching` keeps to the filters; of what others return the documents are looked at.
    """

    kind: str
    narrows: bool

    def ids(self) -> Iterator[int]:
        """Yield the ids of all that can be found, in batches of the database."""

    def documents(self, ids: Collection[int]) -> list[Document]:
        """Return the documents of these, from the database as it is now; none for what is not to be found."""

    def audience_of(self, actor: Any) -> frozenset[str]:
        """Return the audience keywords that the actor has."""

    def shown(self, actor: Any, ids: Collection[int]) -> Mapping[int, Shown]:
        """Return those of the ids that the actor may see (the check after the index)."""

    def matching(self, actor: Any, wanted: Wanted) -> list[int]:
        """Return ids by the database alone, newest first: what stands in while the engine does not answer."""


@cache
def sources() -> Mapping[str, Source]:
    """Every kind's source, from the page `settings.SEARCH_SOURCES` names."""
    return import_string(settings.SEARCH_SOURCES)  # type: ignore[no-any-return]
