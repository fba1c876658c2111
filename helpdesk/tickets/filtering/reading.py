"""From what was typed to what is asked of search: the one meaning of a filter, at the desk and over the API."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from helpdesk.search.queries import Query
from helpdesk.tickets.filtering.filters import BY_KEY, KEYS, Handler
from helpdesk.tickets.filtering.language import NOT, Typed, parse, written

NOTHING = ""
# The only kind of documents that has what filters ask for.
KIND = "ticket"


@dataclass(frozen=True)
class Understood:
    """What was typed, and the facet values its filters stand for: of which one must hold, and of which none may.

    `meant`: of each key, what each typed value stands for.
    """

    typed: Typed
    facets: Mapping[str, tuple[str, ...]]
    without: Mapping[str, tuple[str, ...]]
    meant: Mapping[str, Mapping[str, tuple[str, ...]]]

    def query(self, *kinds: str) -> Query:
        """Return what is asked of search about these kinds; filters hold only where tickets alone are looked for."""
        asked = Query(text=self.typed.words, kinds=kinds, phrases=self.typed.phrases)
        return replace(asked, filters=self.facets, without=self.without) if kinds == (KIND,) else asked

    def reworded(self, words: str) -> str:
        """Return the text with other words and the same filters."""
        return written(replace(self.typed, words=words))


def understand(actor: Handler, text: str) -> Understood:
    typed = parse(text, KEYS)
    facets: dict[str, tuple[str, ...]] = {}
    without: dict[str, tuple[str, ...]] = {}
    meant = {}
    for key, values in typed.filters.items():
        of = BY_KEY[key.removeprefix(NOT)]
        read = meant[key] = {value: tuple(of.read(actor, value)) for value in values}
        found, is_negative = all_of(read.values()), key.startswith(NOT)
        if found:
            side = without if is_negative != of.leaves_out else facets
            side[of.facet] = (*side.get(of.facet, ()), *found)
        elif not is_negative:
            # What stands for nothing holds for nothing: a view of a colleague who left must not show everything.
            facets[of.key] = (NOTHING,)
    return Understood(typed, facets, without, meant)


def all_of(read: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(each for found in read for each in found)
