"""From typed filters to facets, and back to chips and choices with an address each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from django.urls import reverse

from helpdesk.accounts.actors import PersonActor
from helpdesk.desk.searching.filters import BY_KEY, COUNTED, KEYS, Filter
from helpdesk.desk.searching.language import NOT, Typed, parse, written

NOTHING = ""


@dataclass(frozen=True)
class Chip:
    """A filter that holds; its address is the same search without it. `is_known`: it stands for something.

    `is_negative`: it leaves out what it stands for.
    """

    label: str
    value: str
    url: str
    is_known: bool
    is_negative: bool


@dataclass(frozen=True)
class Choice:
    """A value to filter by, with how many of the results have it."""

    label: str
    count: int
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class Choices:
    label: str
    choices: list[Choice]


@dataclass(frozen=True)
class Understood:
    """What was typed, and the facet values its filters stand for: of which one must hold, and of which none may."""

    typed: Typed
    facets: Mapping[str, tuple[str, ...]]
    without: Mapping[str, tuple[str, ...]]
    chips: list[Chip]
    # Of each key, what each typed value stands for.
    meant: Mapping[str, Mapping[str, tuple[str, ...]]]

    @property
    def text(self) -> str:
        return written(self.typed)


def understand(actor: PersonActor, text: str) -> Understood:
    typed = parse(text, KEYS)
    facets: dict[str, tuple[str, ...]] = {}
    without: dict[str, tuple[str, ...]] = {}
    chips, meant = [], {}
    for key, values in typed.filters.items():
        of = BY_KEY[key.removeprefix(NOT)]
        read = meant[key] = {value: tuple(of.read(actor, value)) for value in values}
        found, is_negative = _all_of(read), key.startswith(NOT)
        if found:
            side = without if is_negative != of.leaves_out else facets
            side[of.facet] = (*side.get(of.facet, ()), *found)
        elif not is_negative:
            # What stands for nothing holds for nothing: a view of a colleague who left must not show everything.
            facets[of.key] = (NOTHING,)
        chips += [_chip(actor, typed, key, value, one) for value, one in read.items()]
    return Understood(typed, facets, without, chips, meant)


def choices_of(actor: PersonActor, understood: Understood, counts: Mapping[str, Mapping[str, int]]) -> list[Choices]:
    """Return what the results can be narrowed by: of each filter the values with most results."""
    offered = [_choices(actor, understood, each, counts.get(each.facet, {})) for each in COUNTED]
    return [group for group in offered if group.choices]


def address_of(typed: Typed) -> str:
    text = written(typed)
    return f"{_page()}?{urlencode({'q': text})}" if text else _page()


@cache
def _page() -> str:
    """Return where to search: dozens of choices on a page lead there."""
    return reverse("desk:search")


def _all_of(read: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(each for found in read.values() for each in found)


def _chip(actor: PersonActor, typed: Typed, key: str, value: str, found: tuple[str, ...]) -> Chip:
    of = BY_KEY[key.removeprefix(NOT)]
    names = of.name(actor, found) if len(found) == 1 else {}
    return Chip(
        label=str(of.label),
        value=names[found[0]][1] if names else value,
        url=address_of(typed.without_value(key, value)),
        is_known=bool(found),
        is_negative=key.startswith(NOT),
    )


def _choices(actor: PersonActor, understood: Understood, of: Filter, counts: Mapping[str, int]) -> Choices:
    held = set(_all_of(understood.meant.get(of.key, {})))
    # Beside what holds, a value that results have too (the successor of an administration) would widen, not narrow.
    offered = [counted for counted in counts.items() if not held or counted[0] in held]
    most = sorted(offered, key=lambda counted: (-counted[1], counted[0]))[: of.shown]
    names = of.name(actor, [value for value, _count in most])
    return Choices(
        str(of.label),
        [_choice(understood, of, value, *names[value], count=count) for value, count in most if value in names],
    )


def _choice(understood: Understood, of: Filter, value: str, word: str, label: str, *, count: int) -> Choice:
    """Return the choice; one that holds leads to the same search without all that stands for it, however typed."""
    chosen = [typed for typed, found in understood.meant.get(of.key, {}).items() if value in found]
    after = understood.typed if chosen else understood.typed.with_value(of.key, word)
    for typed in chosen:
        after = after.without_value(of.key, typed)
    return Choice(label, count, address_of(after), bool(chosen))
