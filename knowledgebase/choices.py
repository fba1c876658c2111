"""Which parts of an article a reader wants to see, as its address says: `?met=itsme&bestuur=ocmw`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knowledgebase.conditions import DIMENSIONS, Dimension


@dataclass(frozen=True)
class Answer:
    """One answer to a question; an empty `value` is "show everything"."""

    value: str
    label: str | Promise
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class Question:
    parameter: str
    text: str | Promise
    answers: list[Answer]


def chosen_in(parameters: Mapping[str, str]) -> frozenset[str]:
    """Return the conditions an address names; what is none of ours is left out."""
    return frozenset(
        value for each in DIMENSIONS if (value := parameters.get(each.parameter, "").lower()) in each.labels
    )


def questions(used: Collection[str], chosen: frozenset[str]) -> list[Question]:
    """Return what a reader can choose: the questions whose answers make a difference in the text."""
    return [
        Question(dimension.parameter, dimension.question, _answers(dimension, used, chosen))
        for dimension in DIMENSIONS
        if not dimension.labels.keys().isdisjoint(used)
    ]


def _answers(dimension: Dimension, used: Collection[str], chosen: frozenset[str]) -> list[Answer]:
    others = chosen - dimension.labels.keys()
    everything = Answer("", _("show everything"), _address(others), chosen.isdisjoint(dimension.labels))
    return [
        everything,
        *(
            Answer(name, label, _address(others | {name}), name in chosen)
            for name, label in dimension.labels.items()
            if name in used or name in chosen
        ),
    ]


def _address(chosen: frozenset[str]) -> str:
    """Return the part of an address that says this; "?" alone takes every choice out of it."""
    return "?" + urlencode({each.parameter: name for each in DIMENSIONS for name in each.labels if name in chosen})
