"""What somebody who searches notices of a cluster that goes and comes back."""

import time
from collections.abc import Iterator

import pytest
from django.db.models.functions import Now

from helpdesk.kernel.models import EventDelivery
from helpdesk.search import finding, shelves
from helpdesk.search.breaker import Breaker
from helpdesk.search.engine import EngineUnavailableError
from helpdesk.search.engine import engine as engine_of
from helpdesk.search.indexing import Progress, ensure_index, rebuild
from helpdesk.search.plan import Plan, audience_token
from helpdesk.search.queries import Page, Query
from helpdesk.search.sources import sources
from tests import factories
from tests.engines.gateway import Gateway
from tests.integrations.search.entries import soon
from tests.stopwatch import seconds_of

pytestmark = pytest.mark.elasticsearch

PAGE_S = 0.7
BACK_S = 60.0
SILENTLY = Progress(lambda _line: None)


@pytest.fixture
def agent(engine, settings, monkeypatch) -> Iterator[object]:
    """Let the product search on the cluster, where an agent finds one ticket."""
    settings.SEARCH_BACKEND = "elasticsearch"
    engine_of.cache_clear()
    monkeypatch.setattr(finding, "_breaker", Breaker(search=shelves.search, probe=shelves.probe))
    queue = factories.queue()
    factories.ticket(subject="De jaarrekening ontbreekt")
    rebuild(progress=SILENTLY)
    yield factories.actor(factories.agent(queues=(queue,)))
    for kind in sources():
        engine_of(kind).drop()
        engine_of(kind).close()
    engine_of.cache_clear()


def wait_no_longer_than(seconds: float) -> None:
    for kind in sources():
        of_ours = engine_of(kind)._cluster
        of_ours.for_pages = of_ours.for_pages.options(request_timeout=seconds)
        of_ours.for_writing = of_ours.for_writing.options(request_timeout=seconds)


def found(agent: object, words: str = "jaarrekening") -> Page:
    return finding.find(agent, Query(text=words, kinds=("ticket",)))


def plan_for_tickets() -> Plan:
    return Plan(audience=frozenset({audience_token("ticket", f"queue:{factories.queue().pk}")}))


def waiting() -> int:
    return EventDelivery.objects.filter(lane="index", state=EventDelivery.State.PENDING).count()


def test_while_the_cluster_answers_it_says_so(agent):
    page = found(agent)
    assert (page.backend, page.degraded, [hit.title for hit in page.hits], page.total) == (
        "elasticsearch", False, ["De jaarrekening ontbreekt"], 1,
    )  # fmt: skip


@pytest.mark.parametrize("fault", [Gateway.close, Gateway.keep_silent], ids=["stopped", "silent"])
def test_the_database_stands_in_and_only_until_the_cluster_is_back(agent, gateway, fault):
    wait_no_longer_than(PAGE_S)
    fault(gateway)
    for _ in range(3):
        pages: list[Page] = []
        # The wait for the cluster, and then the database.
        assert seconds_of(lambda pages=pages: pages.append(found(agent))) < 2 * PAGE_S + 0.5
        (page,) = pages
        assert (page.backend, page.degraded, [hit.title for hit in page.hits]) == (
            "database", True, ["De jaarrekening ontbreekt"],
        )  # fmt: skip
    gateway.open()
    wait_no_longer_than(BACK_S)
    deadline = time.monotonic() + BACK_S
    while found(agent).degraded and time.monotonic() < deadline:
        time.sleep(0.1)
    assert found(agent).backend == "elasticsearch"


@pytest.mark.parametrize("fault", [Gateway.close, Gateway.keep_silent], ids=["stopped", "silent"])
def test_what_changed_meanwhile_waits_and_is_found_after_the_return(agent, gateway, run_outbox, fault):
    run_outbox()
    assert waiting() == 0
    wait_no_longer_than(PAGE_S)
    fault(gateway)
    for number in range(3):
        factories.ticket(subject=f"Nieuwe vraag {number}")
    run_outbox()
    assert waiting() == 3
    wait_no_longer_than(BACK_S)
    gateway.open()
    EventDelivery.objects.filter(lane="index").update(due_at=Now())
    run_outbox()
    assert waiting() == 0
    assert soon(lambda: engine_of("ticket").search(plan_for_tickets()).total == 4)


def test_an_index_that_went_is_built_and_one_that_cannot_be_asked_is_not_read_for(agent, gateway, client, settings):
    read = []

    def ids(*_arguments):
        read.append(True)
        return iter(())

    gateway.close()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("helpdesk.tickets.search.Tickets.ids", ids)
        with pytest.raises(EngineUnavailableError):
            ensure_index(progress=SILENTLY)
    assert read == []
    gateway.open()
    assert ensure_index(progress=SILENTLY) is False
    (index,) = client.indices.get(index=f"{settings.ELASTICSEARCH_PREFIX}-ticket-*")
    client.indices.delete(index=index)
    assert ensure_index(progress=SILENTLY) is True
    assert engine_of("ticket").search(plan_for_tickets()).total == 1
