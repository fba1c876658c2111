"""Verbs whose first part went to the end of the clause: who "stuurt het door" asks about "doorsturen"."""

from collections.abc import Iterator, Sequence

from helpdesk.search.persons import infinitive_of
from helpdesk.search.words import STOP_WORDS

PARTICLES = frozenset(
    {"aan", "af", "bij", "binnen", "door", "in", "mee", "na", "op", "over", "terug", "toe", "uit", "weg"}
)
# What a preposition stands before; a particle stands before none of these, and not before what is named.
_DETERMINERS = frozenset(
    {
        "alle", "andere", "dat", "de", "deze", "die", "dit", "een", "elke", "geen", "haar", "het", "hun", "ieder",
        "jullie", "mijn", "ons", "onze", "uw", "zijn",
    }
)  # fmt: skip
# Between the two stand a pronoun, an object and a word or two of time or doubt.
FARTHEST = 5


def parted(typed: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each word that may be the rest of a verb, with the verb that it would be."""
    for place, particle in enumerate(typed):
        if particle not in PARTICLES or not _ends_clause(typed[place + 1 :]):
            continue
        for word in typed[max(0, place - FARTHEST) : place]:
            if word.isalpha() and word not in STOP_WORDS:
                yield word, f"{particle}{infinitive_of(word) or word}"


def _ends_clause(after: Sequence[str]) -> bool:
    return not after or (after[0] in STOP_WORDS and after[0] not in _DETERMINERS)
