"""Who asks finds the best of what is for them, wherever what is for others would have come."""

import pytest

from tests.integrations.search.entries import AGENTS, PUBLIC, entry, fill, keys, plan

WORDS = 50


def saying(times: int) -> str:
    """Return a text of always as many words, that says "itsme" this often."""
    return "itsme " * times + "woord " * (WORDS - times)


def best_first(numbers: range) -> list[str]:
    return [f"article:{number}" for number in sorted(numbers, reverse=True)]


@pytest.mark.parametrize(
    ("mine", "others"),
    [
        pytest.param(range(20), range(20, 26), id="a few of others first"),
        pytest.param(range(20), range(20, 40), id="many of others first"),
        pytest.param(range(4), range(4, 40), id="hardly anything of mine"),
        pytest.param(range(20, 40), range(20), id="others after mine"),
    ],
)
def test_what_is_for_others_takes_no_place(engine, mine, others):
    fill(
        engine,
        *(entry(number, saying(number + 1)) for number in mine),
        *(entry(number, saying(number + 1), audience=AGENTS) for number in others),
    )
    first, second = (plan("itsme", limit=3, offset=offset) for offset in (0, 3))
    assert keys(engine, first) + keys(engine, second) == best_first(mine)[:6]
    assert engine.search(first).total == len(mine)


def test_every_other_one_is_found_once_from_page_to_page(engine):
    fill(
        engine,
        *(entry(number, saying(number + 1), audience=PUBLIC if number % 2 else AGENTS) for number in range(40)),
    )
    pages = [keys(engine, plan("itsme", limit=4, offset=offset)) for offset in range(0, 24, 4)]
    assert [key for page in pages for key in page] == best_first(range(1, 40, 2))


def test_beyond_the_last_of_mine_there_is_nothing(engine):
    fill(engine, entry(1, "itsme"), entry(2, "itsme"), entry(3, "itsme", audience=AGENTS))
    assert keys(engine, plan("itsme", offset=2)) == []
