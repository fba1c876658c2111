"""A cluster that is away, keeps silent, or is another one than we think."""

import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from threading import Thread

import pytest

from helpdesk.search.breaker import Breaker
from helpdesk.search.engine import EngineUnavailableError, NoIndexError, TooSlowError
from integrations.search.elastic import cluster
from integrations.search.elastic.engine import ElasticsearchEngine
from tests.integrations.search.entries import entry, fill, keys, loading, plan, ref, soon
from tests.stopwatch import seconds_of

pytestmark = pytest.mark.elasticsearch

# What a refusal may take once it is known that the cluster is silent.
NOTHING_S = 0.05
PAGE_S = cluster.SEARCH_S
BACK_S = 60.0


def refusal_s(deed) -> float:
    def refused() -> None:
        with pytest.raises(EngineUnavailableError):
            deed()

    return seconds_of(refused)


def answers(breaker) -> bool:
    try:
        return breaker.search(plan("x")).total == 1
    except EngineUnavailableError:
        return False


@pytest.fixture
def hasty(engine, monkeypatch) -> Iterator[ElasticsearchEngine]:
    """Wait no longer than pages do."""
    monkeypatch.setattr(cluster, "SEARCH_S", PAGE_S)
    monkeypatch.setattr(cluster, "WRITE_S", PAGE_S)
    with closing(ElasticsearchEngine("live")) as hasty:
        yield hasty


@pytest.mark.parametrize("fault", ["close", "keep_silent"])
def test_the_first_search_gives_up_within_a_second_the_next_at_once_until_the_cluster_is_back(
    engine, hasty, gateway, fault
):
    fill(engine, entry(1, "x"))
    breaker = Breaker(search=hasty.search, probe=hasty.probe)
    getattr(gateway, fault)()
    assert refusal_s(lambda: breaker.search(plan("x"))) < 1.0
    for _ in range(5):
        assert refusal_s(lambda: breaker.search(plan("x"))) < NOTHING_S
    gateway.open()
    deadline = time.monotonic() + BACK_S
    while not answers(breaker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert answers(breaker)


@pytest.mark.parametrize("fault", ["close", "keep_silent"])
def test_a_change_is_refused_while_the_cluster_is_away_so_that_it_is_tried_again(engine, hasty, gateway, fault):
    fill(engine, entry(1, "oud"))
    getattr(gateway, fault)()
    refusal_s(lambda: hasty.replace([ref(1)], loading(entry(1, "nieuw"))))
    refusal_s(lambda: hasty.rebuild([[ref(1)]], loading(entry(1, "nieuw"))))
    gateway.open()
    assert keys(engine, plan("oud")) == ["article:1"]
    engine.replace([ref(1)], loading(entry(1, "nieuw")))
    assert soon(lambda: keys(engine, plan("nieuw")) == ["article:1"])


def test_what_was_asked_does_not_stand_in_what_went_wrong(engine):
    with pytest.raises(EngineUnavailableError) as caught:
        engine.search(plan("jan.peeters@gemeente.example"))
    assert "peeters" not in str(caught.value)


@contextmanager
def somebody_else(status: int, product: str, said: str) -> Iterator[str]:
    """Answer every question alike."""

    class Other(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(status)
            self.send_header("X-Elastic-Product", product)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(said.encode())

        do_GET = do_POST  # noqa: N815 - the server asks for it by this name

        def log_message(self, *_arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(("status", "product"), [(200, "Opensearch"), (200, ""), (503, "Elasticsearch"), (404, "")])
def test_another_program_on_its_port_is_not_taken_for_it(settings, status, product):
    with somebody_else(status, product, "{}") as url:
        settings.ELASTICSEARCH_URL = url
        with closing(ElasticsearchEngine("live")) as other, pytest.raises(EngineUnavailableError):
            other.search(plan("x"))


@pytest.mark.parametrize("said", ["{}", "[]", "null", '"welcome"', '{"hits": {}}', "<html>"])
def test_an_answer_that_is_none_is_a_refusal_whoever_says_that_all_is_well(settings, db, said):
    with somebody_else(200, "Elasticsearch", said) as url:
        settings.ELASTICSEARCH_URL = url
        with closing(ElasticsearchEngine("live")) as other:
            refusal_s(lambda: other.search(plan("x")))
            refusal_s(other.probe)
            refusal_s(lambda: other.replace([ref(1)], loading(entry(1, "x"))))


class Busy(BaseHTTPRequestHandler):
    """A cluster that says it is well, and answers no question."""

    def do_GET(self) -> None:
        well = {"index": {}, "status": "green", "nodes": {"one": {"version": "8.19.0"}}}
        self.send_response(200)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps({"index": {}} if "_alias" in self.path else well).encode())

    def do_POST(self) -> None:
        time.sleep(2 * PAGE_S)

    def log_message(self, *_arguments: object) -> None:
        pass


def test_nobody_waits_for_a_cluster_that_says_it_is_well_and_answers_no_question(settings):
    with ThreadingHTTPServer(("127.0.0.1", 0), Busy) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{server.server_port}"
        with closing(ElasticsearchEngine("live")) as busy:
            breaker = Breaker(search=busy.search, probe=busy.probe)
            refusal_s(lambda: breaker.search(plan("x")))
            for _ in range(4):
                time.sleep(PAGE_S / 2)
                assert refusal_s(lambda: breaker.search(plan("x"))) < NOTHING_S
        server.shutdown()


class Dripping(Busy):
    """A cluster that answers a sign at a time, and is never done."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):
            for _ in range(60):
                self.wfile.write(b" ")
                time.sleep(PAGE_S / 7)


def test_nobody_waits_for_an_answer_that_comes_a_sign_at_a_time(settings):
    with ThreadingHTTPServer(("127.0.0.1", 0), Dripping) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{server.server_port}"
        with closing(ElasticsearchEngine("live")) as dripping:
            assert refusal_s(lambda: dripping.search(plan("x"))) < 1.0
        server.shutdown()


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"timed_out": True, "_shards": {"total": 1, "failed": 0}}, TooSlowError),
        ({"timed_out": False, "_shards": {"total": 1, "failed": 1}}, EngineUnavailableError),
        ({"timed_out": False, "_shards": {"total": 2, "failed": 0}}, NoIndexError),
    ],
    ids=["too slow", "in part", "of two"],
)
def test_half_an_answer_is_none_and_a_slow_question_takes_nothing_from_others(settings, monkeypatch, said, error):
    nothing = {"took": 1, "hits": {"total": {"value": 0, "relation": "eq"}, "hits": []}}
    opened: list[EngineUnavailableError] = []
    monkeypatch.setattr(Breaker, "_open", lambda _breaker, why: opened.append(why))
    with somebody_else(200, "Elasticsearch", json.dumps(nothing | said)) as url:
        settings.ELASTICSEARCH_URL = url
        with closing(ElasticsearchEngine("live")) as other, pytest.raises(error) as caught:
            Breaker(search=other.search, probe=other.probe).search(plan("x"))
    assert type(caught.value) is error
    assert bool(opened) is (error is not TooSlowError)
