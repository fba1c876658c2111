"""Days as agents type them: 2026-10-01, 1/10/2026, a month, a year, today, or seven days ago."""

import re
from datetime import date, timedelta

# The first year there can be tickets of, and how many days back one may count.
FIRST_YEAR = 2000
LAST_YEAR = 2100
# In Dutch, and as others have it.
_DAYS_BACK = {"vandaag": 0, "today": 0, "gisteren": 1, "yesterday": 1}
WORDS = ("vandaag", "gisteren", "7d", "30d")
_BACK = re.compile(r"(\d{1,4})d")
_YEAR_FIRST = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")


def day_of(text: str, *, today: date) -> date | None:
    """Return the day that is meant, of a month or a year the first; None for what is no day."""
    typed = text.strip().lower()
    if back := _BACK.fullmatch(typed):
        return today - timedelta(days=int(back[1]))
    if typed in _DAYS_BACK:
        return today - timedelta(days=_DAYS_BACK[typed])
    if found := _YEAR_FIRST.fullmatch(typed):
        return _day(found[1], found[2] or "1", found[3] or "1")
    if found := _DAY_FIRST.fullmatch(typed):
        return _day(found[3], found[2], found[1])
    return None


def _day(year: str, month: str, day: str) -> date | None:
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
