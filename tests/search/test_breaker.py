"""What the breaker does about an engine that fails late: after it found, while it still counts."""

from threading import Event

import pytest

from helpdesk.search import finding
from helpdesk.search.breaker import Breaker
from helpdesk.search.engine import Counts, EngineUnavailableError, Found, TooSlowError
from helpdesk.search.finding import find
from helpdesk.search.plan import Plan
from helpdesk.search.queries import Query
from tests import factories

PLAN = Plan(audience=frozenset({"article:public"}))


class Counting:
    """An engine that finds nothing, and counts that, or fails in counting."""

    def __init__(self, failure=None):
        self.failure = failure
        self.asked = 0
        self.is_back = Event()

    def search(self, plan):
        self.asked += 1
        return Found(matches=(), counts=self._counts)

    def probe(self):
        if not self.is_back.is_set():
            raise EngineUnavailableError("still broken")

    def _counts(self):
        if self.failure is not None:
            raise self.failure
        return Counts(total=7, facets={})


@pytest.fixture
def counting():
    engine = Counting(EngineUnavailableError("broken"))
    yield engine
    engine.is_back.set()


def test_what_breaks_while_it_is_counted_is_asked_no_more(counting):
    breaker = Breaker(search=counting.search, probe=counting.probe)
    found = breaker.search(PLAN)
    with pytest.raises(EngineUnavailableError, match="broken"):
        assert found.total
    with pytest.raises(EngineUnavailableError, match="the engine is away"):
        breaker.search(PLAN)
    assert counting.asked == 1


def test_a_count_that_takes_too_long_keeps_nobody_else_from_asking():
    engine = Counting(TooSlowError("too slow"))
    breaker = Breaker(search=engine.search, probe=engine.probe)
    with pytest.raises(TooSlowError):
        assert breaker.search(PLAN).facets
    engine.failure = None
    assert breaker.search(PLAN).total == 7


def test_who_searches_an_index_that_breaks_while_it_is_counted_gets_what_the_database_finds(db, counting, monkeypatch):
    monkeypatch.setattr(finding, "_breaker", Breaker(search=counting.search, probe=counting.probe))
    factories.organisation("Gemeente Aalst")
    page = find(factories.SYSTEM, Query(text="aalst", kinds=("organisation",)))
    assert ([hit.title for hit in page.hits], page.total, page.degraded) == (["Gemeente Aalst"], 1, True)
