"""Days as agents type them."""

from datetime import date

import pytest

from helpdesk.tickets.filtering.days import day_of

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-10-01", date(2026, 10, 1)),
        ("2026-10", date(2026, 10, 1)),
        ("2026", date(2026, 1, 1)),
        ("1/10/2026", date(2026, 10, 1)),
        ("01-10-2026", date(2026, 10, 1)),
        ("1.10.2026", date(2026, 10, 1)),
        ("Vandaag", TODAY),
        ("gisteren", date(2026, 11, 25)),
        ("7d", date(2026, 11, 19)),
        ("2028-02-29", date(2028, 2, 29)),
    ],
)
def test_a_day_is_read_as_people_write_it(typed, day):
    assert day_of(typed, today=TODAY) == day


@pytest.mark.parametrize(
    "typed",
    ["", "morgen", "2026-13", "2026-02-29", "31/4/2026", "1/10/26", "1999", "9999", "0000-01-01", "2026-10-01-2", "d",
     "99999d", "²026", "-7d", "burgers"],
)  # fmt: skip
def test_what_is_no_day_is_none(typed):
    assert day_of(typed, today=TODAY) is None
