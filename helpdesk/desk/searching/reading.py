"""What was understood of a search, as chips and choices with an address each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from django.urls import reverse

from helpdesk.accounts.actors import PersonActor
from helpdesk.tickets.filtering.filters import BY_KEY, COUNTED, Filter
from helpdesk.tickets.filtering.language import NOT, Typed, written
from helpdesk.tickets.filtering.reading import Understood, all_of


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


def chips_of(actor: PersonActor, understood: Understood) -> list[Chip]:
    return [
        _chip(actor, understood.typed, key, value, found)
        for key, read in understood.meant.items()
        for value, found in read.items()
    ]


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
    held = set(all_of(understood.meant.get(of.key, {}).values()))
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
