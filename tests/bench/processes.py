"""Jobs about the processes themselves: news at an open socket, memory, cold start, and the embedded engines."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.bench import pages
from tests.bench.client import Sample, exchange
from tests.bench.jobs import Bench, WrongAnswerError
from tests.bench.pages import Browser
from tests.bench.report import Goal, Row, percentile, timing_of
from tests.bench.server import HOST, Product, proportional_memory
from tests.engines.services import free_port

NEWS = 100
NEWS_S = 10.0
SETTLE_S = 0.3
STARTS = 5
MEMORY_MB = 250


class Listener:
    """Another agent's open page: writes down when it heard of which ticket."""

    def __init__(self, link: ClientConnection) -> None:
        self._link = link
        self._heard: list[tuple[str, float]] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def moment_of(self, reference: str, since: float) -> float:
        """Wait for news about the ticket; return when it came."""
        while time.monotonic() < since + NEWS_S:
            for heard, moment in list(self._heard):
                if heard == reference and moment >= since:
                    return moment
            time.sleep(0.001)
        raise WrongAnswerError(f"no news about {reference} in {NEWS_S:.0f} s")

    def _listen(self) -> None:
        try:
            for frame in self._link:
                at = time.monotonic()
                self._heard.append((json.loads(frame).get("ticket", ""), at))
        except ConnectionClosed:
            return


@contextmanager
def listening(product: Product, persona: str) -> Iterator[Listener]:
    browser = Browser(product).sign_in(persona)
    headers = {"Cookie": f"session={browser.cookies['session']}"}
    url = f"ws://{HOST}:{product.port}/ws/desk/"
    with connect(url, origin=product.base_url, additional_headers=headers) as link:  # type: ignore[arg-type]
        listener = Listener(link)
        time.sleep(SETTLE_S)
        yield listener


def live(bench: Bench) -> list[Row]:
    bench.wait_until_idle()
    return [_news(bench.product, "From a reply to the news at another agent's socket", bench.sizes.replies)]


def memory(bench: Bench) -> list[Row]:
    row = Row("Memory of web and workers, after all this (PSS)")
    web, worker = map(proportional_memory, bench.product.processes)
    row.notes.append(f"web {web:.0f} MB   worker {worker:.0f} MB")
    row.goals = [Goal("MB", MEMORY_MB, round(web + worker))]
    return [row]


def cold_start(bench: Bench) -> list[Row]:
    bench.product.stop_workers()
    row = _starts(bench.product, "Cold start until /healthz answers")
    bench.product.start_workers()
    return [row]


def embedded(bench: Bench) -> list[Row]:
    """Measure the one process without other servers, on the demo's tickets and some more."""
    folder = bench.product.var.parent / "embedded"
    folder.mkdir()
    product = Product(folder, free_port(), {})
    product.manage("prepare")
    product.start_web()
    try:
        answers = exchange(product.port, pages.api_posts(product, bench.sizes.serial // 2))
        if {answer.status for answer in answers} != {HTTPStatus.CREATED}:
            raise WrongAnswerError(f"the API of the embedded server answers {answers[0].status}")
        opened = Row("Embedded engines: open a ticket, API", timings=[timing_of(answers, clients=1)])
        news = _news(product, "Embedded engines: from a reply to the news at another agent's socket", NEWS)
        used = Row("Embedded engines: memory of the one process, after this (PSS)")
        used.goals = [Goal("MB", MEMORY_MB, round(sum(map(proportional_memory, product.processes))))]
        return [opened, news, used, _starts(product, "Embedded engines: cold start until /healthz answers")]
    finally:
        product.stop()


def _news(product: Product, name: str, number: int) -> Row:
    """From sending the reply (so more than from its commit) until the frame stands at another agent's socket."""
    row = Row(name)
    agent = Browser(product).sign_in("agent")
    agent.visit("/desk/")
    samples = []
    with listening(product, "supervisor") as listener:
        for reference, seen in _open_tickets(product, number):
            form = pages.reply_fields(pages.QUESTION, str(seen))
            sent = exchange(product.port, [agent.post(f"/desk/t/{reference}/antwoord/", form)])[0]
            if sent.status != HTTPStatus.SEE_OTHER:
                raise WrongAnswerError(f"the reply to {reference} is answered with {sent.status}")
            samples.append(Sample(sent.began, listener.moment_of(reference, sent.began) - sent.began, 0))
    row.timings.append(timing_of(samples, clients=1))
    row.goals = [Goal("p95 ms", 150, row.timings[0].p95_ms)]
    return row


def _open_tickets(product: Product, number: int) -> list[tuple[str, int]]:
    """Return tickets an agent may answer, with what a page of them shows last."""
    found: list[tuple[str, int]] = []
    path = "/api/v1/tickets?status=open&limit=200"
    for status in ("open", "new"):
        path = f"/api/v1/tickets?status={status}&limit=200"
        while path and len(found) < number:
            answer = _api(product, path)
            found += [(item["reference"], item["message_count"]) for item in answer["items"]]
            path = (answer["next"] or "").removeprefix(product.base_url)
    return found[:number]


def _api(product: Product, path: str) -> dict:  # type: ignore[type-arg]
    link = HTTPConnection(HOST, product.port, timeout=60)
    link.request("GET", path, headers=pages.api_headers(product))
    answer = link.getresponse()
    text = answer.read()
    link.close()
    if answer.status != HTTPStatus.OK:
        raise WrongAnswerError(f"{path} answers {answer.status}: {text[:300]!r}")
    return json.loads(text)  # type: ignore[no-any-return]


def _starts(product: Product, name: str) -> Row:
    row = Row(name)
    seconds = []
    for _ in range(STARTS):
        product.stop_web()
        seconds.append(product.start_web())
    seconds.sort()
    row.notes.append("seconds: " + ", ".join(f"{second:.2f}" for second in seconds))
    row.goals = [
        Goal("slowest of five, s", 2, round(seconds[-1], 2)),
        Goal("p50 s aimed at", 1.5, percentile(seconds, 50)),
    ]
    return row
