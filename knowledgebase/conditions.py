"""For whom a part of an article is meant: how somebody signs in, and for which kind of administration they work."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Dimension:
    """A question to the reader; `parameter` is its name in an address, `labels` are its answers."""

    parameter: str
    question: Words
    labels: Mapping[str, Words]


WAY = Dimension(
    "met",
    _("How do you sign in?"),
    {
        "eid": _("with eID"),
        "itsme": _("with itsme"),
        "app": _("with a code from an app"),
        "sms": _("with a code by text message"),
    },
)
ADMINISTRATION = Dimension(
    "bestuur",
    _("Which administration?"),
    {
        "gemeente": _("municipality"),
        "ocmw": _("OCMW"),
        "provincie": _("province"),
        "agb": _("autonomous municipal company"),
        "politiezone": _("police zone"),
        "eredienst": _("worship administration"),
    },
)
DIMENSIONS = (WAY, ADMINISTRATION)
LABELS: Mapping[str, Words] = {name: label for each in DIMENSIONS for name, label in each.labels.items()}


def names_in(text: str) -> list[str]:
    """Return the conditions that "itsme, eid" names, known or not."""
    return [name.strip().lower() for name in text.split(",") if name.strip()]


def holds(names: Iterable[str], chosen: frozenset[str]) -> bool:
    """Say whether a part for these is for a reader who chose this: who did not answer a question may see all of it."""
    wanted = frozenset(names)
    return all(_holds_in(dimension, wanted, chosen) for dimension in DIMENSIONS)


def _holds_in(dimension: Dimension, wanted: frozenset[str], chosen: frozenset[str]) -> bool:
    asked, answered = wanted & dimension.labels.keys(), chosen & dimension.labels.keys()
    return not asked or not answered or bool(asked & answered)
