"""Times as people read them, made once in Python: a list of fifty rows has no time for template filters."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.dates import MONTHS, MONTHS_AP, WEEKDAYS
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Moment:
    """`exact` is said in full; `short` stands in the page; `iso` is for programs."""

    iso: str
    exact: str
    short: str


def moment(at: datetime, now: datetime | None = None) -> Moment:
    local = timezone.localtime(at)
    this_year = timezone.localtime(now).year
    hour = f"{local.hour}.{local.minute:02}"
    day = f"{local.day} {_abbreviated(local.month)}"
    long_day = f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month]} {local.year}"
    return Moment(
        iso=local.isoformat(timespec="seconds"),
        exact=_("%(day)s at %(hour)s") % {"day": long_day, "hour": hour},
        short=_("%(day)s, %(hour)s") % {"day": day, "hour": hour} if local.year == this_year else f"{day} {local.year}",
    )


def _abbreviated(month: int) -> str:
    """Return "nov.", but "mei", which is no abbreviation."""
    short = str(MONTHS_AP[month]).rstrip(".")
    return short if short == MONTHS[month] else f"{short}."
