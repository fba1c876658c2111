"""What somebody who searches notices of a cluster that goes and comes back."""

import time
from collections.abc import Iterator

import pytest

from helpdesk.search import finding
from helpdesk.search.breaker import Breaker
from helpdesk.search.engine import engine as search_engine
from helpdesk.search.indexing import rebuild
from helpdesk.search.queries import Page, Query
from tests import factories
from tests.engines.gateway import Gateway

pytestmark = pytest.mark.elasticsearch

BACK_S = 10.0


@pytest.fixture
def agent(engine, settings, monkeypatch) -> Iterator[object]:
    """Let the product search on the cluster, where an agent finds one ticket."""
    settings.SEARCH_BACKEND = "elasticsearch"
    search_engine.cache_clear()
    monkeypatch.setattr(finding, "_breaker", Breaker(search_engine))
    queue = factories.queue()
    factories.ticket(subject="De jaarrekening ontbreekt")
    rebuild(engine=search_engine(), progress=lambda *_told: None)
    yield factories.actor(factories.agent(queues=(queue,)))
    search_engine().close()
    search_engine.cache_clear()


def found(agent: object) -> Page:
    return finding.find(agent, Query(text="jaarrekening", kinds=("ticket",)))


def test_while_the_cluster_answers_it_says_so(agent):
    page = found(agent)
    assert (page.backend, page.degraded, [hit.title for hit in page.hits], page.total) == (
        "elasticsearch", False, ["De jaarrekening ontbreekt"], 1,
    )  # fmt: skip


@pytest.mark.parametrize("fault", [Gateway.close, Gateway.keep_silent], ids=["stopped", "silent"])
def test_the_database_stands_in_within_a_second_and_only_until_the_cluster_is_back(agent, gateway, fault):
    fault(gateway)
    for _ in range(3):
        began = time.monotonic()
        page = found(agent)
        assert time.monotonic() - began < 1.0
        assert (page.backend, page.degraded, [hit.title for hit in page.hits]) == (
            "database", True, ["De jaarrekening ontbreekt"],
        )  # fmt: skip
    gateway.open()
    deadline = time.monotonic() + BACK_S
    while found(agent).degraded and time.monotonic() < deadline:
        time.sleep(0.1)
    assert found(agent).backend == "elasticsearch"
