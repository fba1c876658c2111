"""What other synonyms would do to a search, before they are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from helpdesk.search.engine import EngineUnavailableError
from helpdesk.search.finding import audience_of, seek
from helpdesk.search.models import SynonymSet
from helpdesk.search.queries import Query
from helpdesk.search.results import shown_of
from helpdesk.search.selectors import lookup_of, synonym_sets, vocabulary
from helpdesk.search.shelves import search
from helpdesk.search.sources import sources

FIRST = 10


@dataclass(frozen=True)
class Effect:
    """Titles of the first that are found, as it is and as it would be; `moved` are those only one of them has."""

    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def moved(self) -> frozenset[str]:
        return frozenset(self.before) ^ frozenset(self.after)


def effect_of(actor: Any, text: str, *, changed: SynonymSet, kind: str) -> Effect | None:
    """Return what this actor would find with a set added or changed; None while the engine is away."""
    kept = synonym_sets()
    others = [one for one in kept if one.pk != changed.pk]
    try:
        return Effect(_titles(actor, text, kept, kind), _titles(actor, text, [*others, changed], kind))
    except EngineUnavailableError:
        return None


def _titles(actor: Any, text: str, sets: Sequence[SynonymSet], kind: str) -> tuple[str, ...]:
    asked = {kind: sources()[kind]}
    sought = seek(
        Query(text=text, kinds=(kind,), limit=FIRST),
        search=search,
        vocabulary=vocabulary(),
        synonyms=lookup_of(sets),
        audience=audience_of(actor, asked),
    )
    refs = [match.ref for match in sought.found.matches]
    shown = shown_of(actor, refs, asked)
    return tuple(shown[ref].title for ref in refs if ref in shown)
