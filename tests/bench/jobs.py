"""The jobs of the table: each asks the server what people and programs ask it, and says what it should cost."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.test import Client

from helpdesk.kernel.models import EventDelivery, OutboxEvent
from helpdesk.tickets.models import Ticket
from tests.bench import pages
from tests.bench.client import Sample, exchange
from tests.bench.database import come_to_rest, count_statements, durable_inserts, syncs_per_operation
from tests.bench.generator import LONG_CONVERSATION
from tests.bench.pages import Browser
from tests.bench.processor import used
from tests.bench.report import Goal, Row, Yardstick, timing_of
from tests.bench.server import HOST, Product
from tests.bench.sink import Sink

CLIENTS = 8
COUNTED = 20
IDLE_S = 600.0
MAIL_S = 60.0
LIST = "/desk/?view=all"
EMPTY_PAGE = "/desk/"


class WrongAnswerError(Exception):
    """The server answered something else than the job asked for, so its time means nothing."""


@dataclass(frozen=True)
class Sizes:
    """How often things are done: serially, with several clients, and how many pages deep."""

    serial: int = 1000
    together: int = 2400
    replies: int = 400
    depth: int = 1000


QUICK = Sizes(serial=100, together=240, replies=60, depth=20)


@dataclass
class Bench:
    product: Product
    sink: Sink
    database_url: str
    postmaster: int
    sizes: Sizes
    # Where results and what takes long to work out are kept from one run to the next.
    kept: Path

    @cached_property
    def long_ticket(self) -> str:
        """The reference of the ticket with exactly twenty messages; nobody replies to it."""
        return Ticket.objects.filter(message_count=LONG_CONVERSATION).latest("id").reference

    def row(self, name: str) -> Row:
        """Begin a row with what an insert and an empty page cost at this moment."""
        inserts = timing_of(durable_inserts(self.database_url), clients=1)
        empty = [Browser(self.product).get(EMPTY_PAGE)] * COUNTED * 5
        pages_without_content = timing_of(self.ask(empty, HTTPStatus.FOUND), clients=1)
        return Row(name, yardstick=Yardstick(inserts.p50_ms, pages_without_content.p50_ms))

    def ask(self, requests: Sequence[bytes], expected: int, *, clients: int = 1) -> list[Sample]:
        samples = exchange(self.product.port, requests, clients=clients)
        wrong = [sample.status for sample in samples if sample.status != expected]
        if wrong or len(samples) != len(requests):
            raise WrongAnswerError(f"{len(samples)} of {len(requests)} answered, {len(wrong)} wrongly: {wrong[:5]}")
        return samples

    def time(self, row: Row, make: Callable[[int], list[bytes]], expected: int, sizes: tuple[int, int]) -> None:
        """Measure one client after a warm-up, then eight; each starts with nothing left to do."""
        self.ask(make(COUNTED), expected, clients=CLIENTS)
        for clients, number in zip((1, CLIENTS), sizes, strict=True):
            self.wait_until_idle()
            requests = make(number)
            before = used(self.product, self.postmaster)
            samples = self.ask(requests, expected, clients=clients)
            spent = used(self.product, self.postmaster).since(before)
            row.timings.append(timing_of(samples, clients=clients, used=spent))

    def count(self, row: Row, action: Callable[[Client], Any], persona: str = "") -> None:
        """Count the statements of a request in this process, the second time it is asked."""
        client = Client(headers={"host": f"{HOST}:{self.product.port}"})
        if persona:
            client.get(self.product.personas[persona]["login_url"].partition(self.product.base_url)[2])
        action(client)
        row.statements, row.statements_beside = count_statements(lambda: action(client))

    def syncs(self, requests: Sequence[bytes], expected: int, *, at_rest: bool = False) -> float:
        """Count WAL syncs per request, with the workers stopped; `at_rest` also without the aftermath of writes."""
        self.wait_until_idle()
        self.product.stop_workers()
        try:
            if at_rest:
                come_to_rest(self.database_url)
            return syncs_per_operation(self.database_url, lambda: len(self.ask(requests, expected)))
        finally:
            self.product.start_workers()

    def wait_until_idle(self) -> None:
        deadline = time.monotonic() + IDLE_S
        while _is_busy():
            if time.monotonic() > deadline:
                raise WrongAnswerError(f"the workers are not done after {IDLE_S:.0f} s")
            time.sleep(0.2)


def open_by_form(bench: Bench) -> list[Row]:
    row = bench.row("Open a ticket, form")
    bench.count(row, lambda client: _done(client.post("/melden/", pages.question_fields(bench.product, 0)), 303))
    row.wal_syncs = bench.syncs(pages.question_posts(bench.product, COUNTED), HTTPStatus.SEE_OTHER)
    sizes = (bench.sizes.serial, bench.sizes.together)
    bench.time(row, lambda number: pages.question_posts(bench.product, number), HTTPStatus.SEE_OTHER, sizes)
    row.goals = [Goal("SQL", 12, _all(row)), *_write_goals(row, p50_ms=5, per_second=300)]
    return [row]


def open_by_api(bench: Bench) -> list[Row]:
    row = bench.row("Open a ticket, API")
    bench.count(row, lambda client: _open_in_process(bench, client))
    row.wal_syncs = bench.syncs(pages.api_posts(bench.product, COUNTED), HTTPStatus.CREATED)
    sizes = (bench.sizes.serial, bench.sizes.together)
    bench.time(row, lambda number: pages.api_posts(bench.product, number), HTTPStatus.CREATED, sizes)
    row.goals = [Goal("SQL", 14, _all(row)), *_write_goals(row, p50_ms=5, per_second=300)]
    retried = bench.row("Open a ticket, API with Idempotency-Key")
    bench.time(retried, lambda number: pages.api_posts(bench.product, number, with_key=True), HTTPStatus.CREATED, sizes)
    return [row, retried]


def desk_list(bench: Bench) -> list[Row]:
    agent = Browser(bench.product).sign_in("agent")
    deep = pages.pages_after(agent, LIST, bench.sizes.depth)
    rows = []
    for name, path in (("page 1", LIST), ("first page of the open ones", "/desk/"), (f"page {len(deep)}", deep[-1])):
        row = bench.row(f"Desk list, 50 rows, {name}")
        bench.count(row, lambda client, path=path: _done(client.get(path), 200), "agent")
        request = agent.get(path)
        bench.time(row, lambda number, request=request: [request] * number, HTTPStatus.OK, _reads(bench))
        row.goals = [Goal("SQL beside session and actor", 5, row.statements), Goal("p50 ms", 12, row.timings[0].p50_ms)]
        rows.append(row)
    return rows


def long_ticket(bench: Bench) -> list[Row]:
    path = f"/desk/t/{bench.long_ticket}/"
    row = bench.row(f"Ticket with {LONG_CONVERSATION} messages")
    bench.count(row, lambda client: _done(client.get(path), 200), "agent")
    request = Browser(bench.product).sign_in("agent").get(path)
    bench.time(row, lambda number: [request] * number, HTTPStatus.OK, _reads(bench))
    row.goals = [Goal("SQL beside session and actor", 8, row.statements), Goal("p50 ms", 6, row.timings[0].p50_ms)]
    return [row]


def reply(bench: Bench) -> list[Row]:
    row = bench.row("Reply with mail queued")
    replies = Replies(bench)
    bench.count(row, lambda client: _done(client.post(*replies.next_form()), 303), "agent")
    row.wal_syncs = bench.syncs(replies.posts(COUNTED), HTTPStatus.SEE_OTHER)
    bench.time(row, replies.posts, HTTPStatus.SEE_OTHER, (bench.sizes.replies, 2 * bench.sizes.replies))
    row.goals = _write_goals(row, p50_ms=5, per_second=250)
    return [row, _at_the_sink(bench, replies)]


def _at_the_sink(bench: Bench, replies: "Replies") -> Row:
    """From sending the form until the mail server has the mail, one reply after the other."""
    row = bench.row("Reply until its mail stands at the SMTP server")
    bench.wait_until_idle()
    samples = []
    for _ in range(min(bench.sizes.replies, 200)):
        marker = pages.marker()
        sent = bench.ask([replies.post(marker)], HTTPStatus.SEE_OTHER)[0]
        samples.append(Sample(sent.began, _arrival(bench.sink, marker) - sent.began, 0))
    row.timings.append(timing_of(samples, clients=1))
    row.goals = [Goal("p50 ms", 60, row.timings[0].p50_ms)]
    return row


def _arrival(sink: Sink, marker: str) -> float:
    deadline = time.monotonic() + MAIL_S
    while (arrived := sink.arrivals().get(marker)) is None:
        if time.monotonic() > deadline:
            raise WrongAnswerError(f"no mail with {marker} in {MAIL_S:.0f} s")
        time.sleep(0.005)
    return arrived


class Replies:
    """Answers of an agent, each on another open ticket, so that they do not wait for each other."""

    def __init__(self, bench: Bench) -> None:
        self._agent = Browser(bench.product).sign_in("agent")
        self._agent.visit("/desk/")
        queues = ("intake", "aanmelden", "loket")
        tickets = Ticket.objects.open().filter(queue__slug__in=queues).exclude(reference=bench.long_ticket)
        self._tickets = list(tickets.order_by("-last_message_at").values_list("reference", "last_seq"))
        self._next = 0

    def next_form(self, text: str = "") -> tuple[str, dict[str, str]]:
        reference, seen = self._tickets[self._next % len(self._tickets)]
        # The second time round there are more messages; a form that does not say what it showed is believed.
        seen_text = str(seen) if self._next < len(self._tickets) else ""
        self._next += 1
        return f"/desk/t/{reference}/antwoord/", pages.reply_fields(text or pages.QUESTION, seen_text)

    def post(self, text: str = "") -> bytes:
        path, fields = self.next_form(text)
        return self._agent.post(path, fields)

    def posts(self, number: int) -> list[bytes]:
        return [self.post() for _ in range(number)]


def reads(bench: Bench) -> list[Row]:
    """Show that a write counts one sync, then that no read counts any."""
    row = Row("Any read (WAL syncs, after a write that counts one)")
    write = bench.syncs(pages.question_posts(bench.product, COUNTED), HTTPStatus.SEE_OTHER)
    row.notes.append(f"a write: {write:.2f} syncs each")
    agent, official = Browser(bench.product).sign_in("agent"), Browser(bench.product).sign_in("official")
    reference = bench.long_ticket
    desk = [agent.get(path) for path in (LIST, "/desk/?view=mine", f"/desk/t/{reference}/", "/desk/")]
    desk.append(agent.get(f"/desk/t/{reference}/geschiedenis/"))
    api = [pages.api_get(bench.product, path) for path in ("/tickets", f"/tickets/{reference}", "/applications")]
    api += [pages.api_get(bench.product, f"/tickets/{reference}/{part}") for part in ("messages", "history")]
    portal = [Browser(bench.product).get(path) for path in ("/", "/melden/", "/t/")]
    everything = [*desk, *api, *portal, official.get("/mijn/")]
    row.wal_syncs = bench.syncs(everything * COUNTED, HTTPStatus.OK, at_rest=True)
    row.notes.append(f"{len(everything)} pages and API reads, {COUNTED} times each")
    row.goals = [Goal("WAL syncs", 0, row.wal_syncs), Goal("WAL syncs of a write", 1, write, at_least=True)]
    return [row]


def _write_goals(row: Row, *, p50_ms: float, per_second: float) -> list[Goal]:
    alone, together = row.timings
    return [
        # A little more than 1: the WAL writer may flush a full page on its own account.
        Goal("WAL syncs", 1.1, row.wal_syncs),
        Goal("p50 ms, 1 client", p50_ms, alone.p50_ms),
        Goal(f"per second, {together.clients} clients", per_second, together.per_second, at_least=True),
    ]


def _reads(bench: Bench) -> tuple[int, int]:
    return bench.sizes.serial // 2, bench.sizes.together // 4


def _all(row: Row) -> int:
    return (row.statements or 0) + (row.statements_beside or 0)


def _open_in_process(bench: Bench, client: Client) -> None:
    headers = {"Authorization": f"Bearer {bench.product.personas['agent']['api_token']}"}
    ticket = pages.api_ticket(bench.product, 0)
    _done(client.post("/api/v1/tickets", ticket, content_type="application/json", headers=headers), 201)


def _done(response: Any, expected: int) -> None:
    if response.status_code != expected:
        raise WrongAnswerError(f"{response.status_code} instead of {expected}: {response.content[:500]!r}")


def _is_busy() -> bool:
    pending = EventDelivery.objects.filter(state=EventDelivery.State.PENDING)
    return OutboxEvent.objects.filter(fanned_out_at=None).exists() or pending.exists()
