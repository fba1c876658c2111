"""Search while Elasticsearch is stopped or keeps silent: what a page costs then, and when everything is found again."""

import json
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from urllib.parse import urlencode

from tests.bench import pages
from tests.bench.jobs import Bench, WrongAnswerError
from tests.bench.pages import Browser
from tests.bench.report import Goal, Row, Timing, timing_of
from tests.bench.server import Product
from tests.engines.gateway import Gateway
from tests.engines.services import Elasticsearch, free_port, install

WORDS = ("geen toegang", "jaarrekening indienen", "besluitenlijst gemeenteraad", "itsme werkt niet", "contactgegevens")
FAULTS = {"stopped": Gateway.close, "silent": Gateway.keep_silent}
# What only stands on a page that did without the engine.
DEGRADED = "notice--warning"
FOUND_S = 120.0
ASKED_MEANWHILE = 20
SLOWER = 1.5


def outages(bench: Bench) -> list[Row]:
    with _own_elasticsearch(bench) as gateway:
        agent = Browser(bench.product).sign_in("agent")
        bench.ask([agent.get(_page(words)) for words in WORDS] * 10, HTTPStatus.OK)
        return [
            _outage(bench, gateway, agent, "stopped"),
            _outage(bench, gateway, agent, "silent"),
        ]


def _outage(bench: Bench, gateway: Gateway, agent: Browser, name: str) -> Row:
    row = bench.row(f"Search by an agent while Elasticsearch is {name}")
    bench.wait_until_idle()
    requests = [agent.get(_page(words)) for words in WORDS] * (bench.sizes.serial // len(WORDS))
    before = timing_of(bench.ask(requests, HTTPStatus.OK), clients=1)
    FAULTS[name](gateway)
    during = timing_of(bench.ask(requests, HTTPStatus.OK), clients=1)
    marks = _ask_questions(bench)
    gateway.open()
    again_s = _until_found(agent, marks)
    row.timings = [before, during]
    row.notes.append("1 client: before, and while it is away; none of the pages failed")
    row.goals = [*_slower(before, during), Goal("s until all that came meanwhile is found", 60, round(again_s, 1))]
    return row


def _slower(before: Timing, during: Timing) -> list[Goal]:
    times = {"p50": during.p50_ms / before.p50_ms, "p95": during.p95_ms / before.p95_ms}
    return [Goal(f"{name}, times what it was before", SLOWER, round(value, 2)) for name, value in times.items()]


def _ask_questions(bench: Bench) -> list[str]:
    """Post questions and return the words they are recognised by."""
    marks = [secrets.token_hex(8) for _ in range(ASKED_MEANWHILE)]
    headers = pages.api_headers(bench.product) | {"Content-Type": "application/json"}
    bodies = [json.dumps(pages.api_ticket(bench.product, n) | {"subject": mark}) for n, mark in enumerate(marks)]
    posts = [pages.raw_request(bench.product, "POST", "/api/v1/tickets", headers, body.encode()) for body in bodies]
    bench.ask(posts, HTTPStatus.CREATED)
    return marks


def _until_found(agent: Browser, marks: Sequence[str]) -> float:
    """Wait until the engine finds every one of them; return how long that took."""
    began = time.monotonic()
    missing = list(marks)
    while missing:
        if time.monotonic() - began > FOUND_S:
            raise WrongAnswerError(f"{len(missing)} of {len(marks)} are not found {FOUND_S:.0f} s after the return")
        missing = [mark for mark in missing if not _is_found(agent, mark)]
        time.sleep(0.2)
    return time.monotonic() - began


def _is_found(agent: Browser, mark: str) -> bool:
    text = agent.visit(_page(mark))
    return f">{mark}</a>" in text and DEGRADED not in text


def _page(words: str) -> str:
    return f"/desk/zoeken/?{urlencode({'q': words})}"


@contextmanager
def _own_elasticsearch(bench: Bench) -> Iterator[Gateway]:
    """Let the product run on an Elasticsearch of this job alone, with somebody between them."""
    install([Elasticsearch])
    server = Elasticsearch(bench.product.var.parent / "elasticsearch", free_port())
    server.start()
    usual = bench.product.variables
    try:
        with Gateway(server.port) as gateway:
            bench.product.variables = usual | {"ELASTICSEARCH_URL": gateway.url}
            bench.product.manage("reindex")
            _restart(bench.product)
            yield gateway
    finally:
        bench.product.variables = usual
        _restart(bench.product)
        server.stop()


def _restart(product: Product) -> None:
    product.stop()
    product.start_web()
    product.start_workers()
