"""What is found in the indexes of several kinds at once, and that none of them tells anything of another."""

import pytest

from helpdesk.search import shelves
from helpdesk.search.engine import NoIndexError, ObjectRef, engine
from helpdesk.search.plan import Plan
from tests.integrations.search.entries import PUBLIC, entry, fill, plan, word

AGENTS = frozenset({"ticket:queue:1"})
BOTH = PUBLIC | AGENTS


@pytest.fixture(autouse=True)
def _own_place(settings, tmp_path):
    settings.SEARCH_DIR = tmp_path / "search"
    settings.SEARCH_BACKEND = "tantivy"
    engine.cache_clear()
    yield
    engine.cache_clear()


def ticket(number, text):
    return entry(
        number,
        text,
        key=f"ticket:{number}",
        ref=ObjectRef("ticket", number),
        audience=AGENTS,
        facets=("kind=ticket", "status=open"),
    )


def keys(question):
    return [match.key for match in shelves.search(question).matches]


def test_how_rare_a_word_is_in_articles_does_not_depend_on_tickets():
    fill(engine("article"), entry(1, "itsme loket"), entry(2, "kaart loket"), entry(3, "kaart a"), entry(4, "a b"))
    fill(engine("ticket"), ticket(1, "x"))
    asked = plan("itsme", "kaart")
    before = shelves.search(asked).matches
    assert [match.key for match in before] == ["article:1", "article:2", "article:3"]

    fill(engine("ticket"), *(ticket(number, "itsme " * 30) for number in range(50)))

    assert shelves.search(asked).matches == before


def test_the_best_of_each_kind_comes_first_whatever_its_score():
    fill(engine("article"), entry(1, "itsme"), entry(2, "itsme " + "a " * 40))
    fill(engine("ticket"), ticket(1, "itsme b"), *(ticket(number, "b") for number in range(2, 30)))

    found = shelves.search(plan("itsme", audience=BOTH, counted=("kind", "status")))

    assert [match.key for match in found.matches] == ["article:1", "ticket:1", "article:2"]
    assert [match.score for match in found.matches][:2] == [1.0, 1.0]
    assert found.total == 3
    assert found.facets == {"kind": {"article": 2, "ticket": 1}, "status": {"open": 1}}


def test_every_slice_of_several_kinds_goes_on_where_the_last_ended():
    fill(engine("article"), *(entry(number, "itsme " + "a " * number) for number in range(1, 8)))
    fill(engine("ticket"), *(ticket(number, "itsme " + "a " * number) for number in range(1, 8)))

    slices = [keys(plan("itsme", audience=BOTH, limit=3, offset=offset)) for offset in range(0, 15, 3)]

    assert [len(one) for one in slices] == [3, 3, 3, 3, 2]
    assert len({key for one in slices for key in one}) == 14


def test_each_kind_keeps_to_who_may_read_it():
    fill(engine("article"), entry(1, "itsme"))
    fill(engine("ticket"), ticket(1, "itsme"))

    assert keys(plan("itsme", audience=PUBLIC | {"ticket:queue:2"})) == ["article:1"]


def test_who_is_nobody_finds_and_counts_nothing():
    found = shelves.search(Plan(audience=frozenset(), groups=(word("itsme"),), counted=("kind",)))

    assert (found.matches, found.total, found.facets) == ((), 0, {"kind": {}})


def test_an_index_is_missed_only_by_who_asks_for_its_kind():
    fill(engine("article"), entry(1, "itsme"))

    assert keys(plan("itsme")) == ["article:1"]
    with pytest.raises(NoIndexError):
        keys(plan("itsme", audience=BOTH))
