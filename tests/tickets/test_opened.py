"""The day a ticket was opened, as values of which one says "since"."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.tickets.opened import opened_on, opened_since

TODAY = date(2026, 11, 26)
days = st.dates(min_value=date(2000, 1, 1), max_value=date(2027, 12, 31))


@given(opened=days, since=days)
def test_a_ticket_has_one_of_the_values_exactly_when_it_was_opened_that_day_or_later(opened, since):
    assert (not set(opened_on(opened)).isdisjoint(opened_since(since, today=TODAY))) == (opened >= since)


@pytest.mark.parametrize("since", [date(2026, 1, 1), TODAY, TODAY - timedelta(days=3000)])
def test_the_values_are_few(since):
    assert len(opened_since(since, today=TODAY)) < 60
