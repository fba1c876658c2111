"""The day a ticket was opened, as it stands in the index: as year, as month and as day.

So "since" is a few values of which one must hold, whatever the engine.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.utils.timezone import make_aware

FACET = "opened"
_DECEMBER = 12


def opened_on(day: date) -> tuple[str, ...]:
    """Return the values that a ticket of this day has."""
    return (f"{day:%Y}", f"{day:%Y-%m}", day.isoformat())


def opened_since(day: date, *, today: date) -> list[str]:
    """Return the values of which every ticket of this day or later has one, until the end of next year."""
    return [
        *(each.isoformat() for each in _rest_of_month(day)),
        *(f"{day:%Y}-{month:02}" for month in range(day.month + 1, _DECEMBER + 1)),
        *(f"{year:04}" for year in range(day.year + 1, today.year + 2)),
    ]


def first_moment(values: Iterable[str]) -> datetime:
    """Return when the days begin that these values, as `opened_since` returns them, stand for."""
    first = min(values)
    year, month, day = map(int, f"{first}-01-01".split("-")[:3])
    return make_aware(datetime(year, month, day))  # noqa: DTZ001 - as people here have it


def _rest_of_month(day: date) -> Iterator[date]:
    each = day
    while each.month == day.month:
        yield each
        each += timedelta(days=1)
