"""Mail that comes in: how much of it a worker deals with, and what agents notice of that meanwhile."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from django.db.models import Max, Min

from helpdesk.accounts.actors import System
from helpdesk.mailbox.models import InboundMail
from helpdesk.mailbox.services import store_mail
from tests.bench import pages
from tests.bench.client import Sample
from tests.bench.jobs import EMPTY_PAGE, Bench, WrongAnswerError
from tests.bench.pages import Browser
from tests.bench.processor import used
from tests.bench.report import Goal, Row, timing_of
from tests.letters import html, letter

WAIT_S = 600.0
PAUSE_S = 0.05
RECEIVED = InboundMail.State.RECEIVED


def incoming(bench: Bench) -> list[Row]:
    """From the moment a worker looks, until every mail that waited is a ticket; its confirmations go out meanwhile."""
    row = bench.row("Mail that waits, until each is a ticket")
    request = Browser(bench.product).sign_in("agent").get(EMPTY_PAGE)
    bench.wait_until_idle()
    normal = bench.ask([request] * (bench.sizes.serial // 5), HTTPStatus.OK)
    bench.product.stop_workers()
    number = bench.sizes.together // 2
    _store(number)
    before = used(bench.product, bench.postmaster)
    with _asking(bench, request) as meanwhile:
        bench.product.start_workers()
        _wait_until_read()
    spent = used(bench.product, bench.postmaster).since(before)
    rate = _rate(number)
    quiet, busy = timing_of(normal, clients=1), timing_of(meanwhile, clients=1, used=spent)
    row.timings = [quiet, busy]
    row.notes.append(
        f"{number} mails, {rate:.0f} a second; the times are those of an agent's list, before and meanwhile"
    )
    row.notes.append(
        f"worker {spent.workers * 1000 / number:.1f} ms of processor for each mail and what followed of it"
    )
    row.goals = [
        Goal("mails per second", 150, round(rate, 1), at_least=True),
        Goal("p95 of an agent's list, times what it was before", 2, round(busy.p95_ms / quiet.p95_ms, 2)),
    ]
    return [row]


def _store(number: int) -> None:
    """Every other mail has HTML beside its text."""
    for each in range(number):
        words = f"Vraag {each}\n\n{pages.QUESTION}"
        sender = f"Persoon {each} <{pages.marker().lower()}@aalter.example>"
        parts = (html(f"<p>Vraag {each}</p><p>{pages.QUESTION}</p>"),) if each % 2 else ()
        raw = letter(words, sender=sender, subject=f"Vraag {each}", parts=parts)
        store_mail(actor=System(), chunks=[raw], source=InboundMail.Source.PIPE)


def _wait_until_read() -> None:
    deadline = time.monotonic() + WAIT_S
    while InboundMail.objects.filter(state=RECEIVED).exists():
        if time.monotonic() > deadline:
            raise WrongAnswerError(f"mail still waits after {WAIT_S:.0f} s")
        time.sleep(PAUSE_S)


def _rate(number: int) -> float:
    mails = InboundMail.objects.order_by("-pk").values("pk")[:number]
    ends = InboundMail.objects.filter(pk__in=mails).aggregate(first=Min("processed_at"), last=Max("processed_at"))
    return float((number - 1) / (ends["last"] - ends["first"]).total_seconds())


@contextmanager
def _asking(bench: Bench, request: bytes) -> Iterator[list[Sample]]:
    """Ask for a page again and again until the context ends."""
    samples: list[Sample] = []
    stopping = threading.Event()

    def ask() -> None:
        while not stopping.is_set():
            samples.extend(bench.ask([request], HTTPStatus.OK))
            time.sleep(PAUSE_S)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    try:
        yield samples
    finally:
        stopping.set()
        thread.join()
