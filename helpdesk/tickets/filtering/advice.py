"""What was probably meant by a filter that is none, or by a value that stands for nothing.

Most of what has a colon is no filter ("fout:403", an address, "Re: vraag"): it is words, and nothing is said about it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from rapidfuzz.distance import OSA

from helpdesk.search.words import fold
from helpdesk.tickets.filtering.filters import BY_KEY, KEYS, Filter, Handler
from helpdesk.tickets.filtering.language import NOT, LookAlike, Typed, written
from helpdesk.tickets.filtering.reading import Understood

# A word shorter than this is near nothing; shorter than that it is a slip of one letter at most.
SHORTEST, SHORT = 3, 6
# So few letters resemble a key by chance: then its value must stand for something.
FEW_LETTERS = 5
MOST_OFFERED = 8


@dataclass(frozen=True)
class Offer:
    """A filter or a value that may be meant, and all that was typed with it in the place of the other."""

    text: str
    instead: Typed


@dataclass(frozen=True)
class Advice:
    """What is unknown, and what may be typed instead: the one that was meant, some to choose from, or nothing."""

    problem: str
    offers: list[Offer]


def on_keys(actor: Handler, typed: Typed) -> Iterator[Advice]:
    """Say which words are probably a filter; they are words all the same."""
    for found in typed.look_alikes():
        likely = _likely_filters(actor, found)
        if likely:
            problem = _("We know no filter “%(key)s”.") % {"key": found.key}
            yield Advice(problem, [_offer(found, of.key, values) for of, values in likely])


def on_values(actor: Handler, understood: Understood) -> Iterator[Advice]:
    """Say which values of filters stand for nothing."""
    for key, read in understood.meant.items():
        of = BY_KEY[key.removeprefix(NOT)]
        for value in (value for value, found in read.items() if not found):
            others = understood.typed.without_value(key, value)
            offers = [Offer(word, others.with_value(key, word)) for word in _offered(actor, of, value)]
            yield Advice(_("%(filter)s: we do not know “%(value)s”.") % {"filter": of.label, "value": value}, offers)


def _likely_filters(actor: Handler, found: LookAlike) -> list[tuple[Filter, list[str]]]:
    """Return the filters that a key resembles, with the values as they were probably meant."""
    resembled = [BY_KEY[key] for key in dict.fromkeys(KEYS[way] for way in _near(found.key, KEYS))]
    likely = [(of, [_mended(actor, of, value) for value in found.values]) for of in resembled]
    if len(found.key) >= FEW_LETTERS:
        return likely
    return [(of, values) for of, values in likely if all(of.read(actor, value) for value in values)]


def _mended(actor: Handler, of: Filter, value: str) -> str:
    if of.read(actor, value):
        return value
    meant = _near(value, of.words(actor))
    return meant[0] if len(meant) == 1 else value


def _offer(found: LookAlike, key: str, values: list[str]) -> Offer:
    filters = Typed(filters={found.sign + key: tuple(values)})
    after = found.others
    for value in values:
        after = after.with_value(found.sign + key, value)
    return Offer(written(filters), after)


def _offered(actor: Handler, of: Filter, value: str) -> list[str]:
    """Return what may be meant by an unknown value: what resembles it, or all where there is little to choose from."""
    words = list(dict.fromkeys(of.words(actor)))
    return _near(value, words) or (words if len(words) <= MOST_OFFERED else [])


def _near(typed: str, known: Iterable[str]) -> list[str]:
    """Return what has it as a part, or else what is most like it."""
    sought = fold(typed)
    if len(sought) < SHORTEST:
        return []
    folded = {word: fold(word) for word in known}
    holding = [word for word, plain in folded.items() if sought in plain]
    if holding:
        return holding[:MOST_OFFERED]
    far = 1 if len(sought) < SHORT else 2
    distances = {word: OSA.distance(sought, plain, score_cutoff=far) for word, plain in folded.items()}
    nearest = min(distances.values(), default=far + 1)
    return [word for word, distance in distances.items() if distance == nearest <= far][:MOST_OFFERED]
