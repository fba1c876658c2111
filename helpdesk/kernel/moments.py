"""Times as people read them, made once in Python: a list of fifty rows has no time for template filters."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.utils import timezone
from django.utils.dates import MONTHS, MONTHS_AP, WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from helpdesk.kernel.shown import Shown


@dataclass(frozen=True)
class Moment(Shown):
    """`exact` is said in full; `short` stands in the page; `iso` is for programs."""

    iso: str
    exact: str
    short: str


@dataclass(frozen=True)
class Words:
    """The names of days and months, looked up once for a language and not four times for every moment."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    exact: str
    short: str


def moment(at: datetime) -> Moment:
    return clock()(at)


def clock() -> Callable[[datetime], Moment]:
    """Return what makes the moments of one page; language, zone and year are looked up once for all of them."""
    words, zone = _words_in(get_language()), timezone.get_current_timezone()
    this_year = timezone.now().astimezone(zone).year

    def tell(at: datetime) -> Moment:
        local = at.astimezone(zone)
        hour = f"{local.hour}.{local.minute:02}"
        day = f"{local.day} {words.short_months[local.month - 1]}"
        long_day = f"{words.weekdays[local.weekday()]} {local.day} {words.months[local.month - 1]} {local.year}"
        return Moment(
            iso=local.isoformat(timespec="seconds"),
            exact=words.exact % {"day": long_day, "hour": hour},
            short=words.short % {"day": day, "hour": hour} if local.year == this_year else f"{day} {local.year}",
        )

    return tell


@cache
def _words_in(_language: str | None) -> Words:
    months = tuple(str(MONTHS[number]) for number in range(1, 13))
    return Words(
        weekdays=tuple(str(WEEKDAYS[number]) for number in range(7)),
        months=months,
        short_months=tuple(_abbreviated(number, month) for number, month in enumerate(months, start=1)),
        exact=_("%(day)s at %(hour)s"),
        short=_("%(day)s, %(hour)s"),
    )


def _abbreviated(number: int, month: str) -> str:
    """Return "nov.", but "mei", which is no abbreviation."""
    short = str(MONTHS_AP[number]).rstrip(".")
    return short if short == month else f"{short}."
