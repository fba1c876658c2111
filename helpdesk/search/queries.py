"""What is asked of search, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Query:
    """What somebody types, where, and which part of the answer is wanted.

    `kinds`: kinds of documents, all when empty. `filters`: facet -> values of which one must hold.
    `without`: facet -> values of which none may hold. `phrases`: parts of the text that must stand there as they are.
    `facets`: facets to count over all that is found.
    Without words the newest come first.
    """

    text: str
    kinds: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    phrases: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One thing found, checked against the database; `snippet_html` holds text and `<mark>` only."""

    kind: str
    object_id: int
    public_id: str
    title: str
    url: str
    snippet_html: str
    score: float


@dataclass(frozen=True, kw_only=True)
class Page:
    """`total` and `facets` count what the actor may see, nothing else. `suggestion`: the query as probably meant.

    `backend`: "tantivy", "elasticsearch" or "database"; `degraded`: the database stood in for the engine.
    `is_guess`: none of the words is known, and what is there only resembles them.
    """

    hits: tuple[Hit, ...]
    total: int
    backend: str
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    suggestion: str | None = None
    degraded: bool = False
    is_guess: bool = False
