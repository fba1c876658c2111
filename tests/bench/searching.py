"""Search: how long somebody waits for it, how soon a change is found, how long a whole index takes."""

import json
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from random import Random
from typing import Any

from config.serving import collect_garbage_seldom
from helpdesk.accounts.models import User
from helpdesk.accounts.selectors import actor_of
from helpdesk.search.engine import Engine, make_engine
from helpdesk.search.evaluation import Collected, Outcome, Question, ask_all, collect
from helpdesk.search.finding import find
from helpdesk.search.indexing import Progress, rebuild
from helpdesk.search.queries import Query
from helpdesk.search.synonyms import NO_SYNONYMS
from tests.bench import pages, words
from tests.bench.client import Sample
from tests.bench.jobs import Bench, WrongAnswerError
from tests.bench.report import Goal, Row, timing_of

QUERIES = (
    "geen toegang", "itsme werkt niet", "lokale beheerder recht", "verkeerd bestuur na aanmelden", "foutmeldng loket",
    "schermafdruk foutcode", "gemeente raad", "inzending concept", "fusie oude bestuur", "identiteitskaart",
)  # fmt: skip
ARTICLES = 20_000
REINDEXED = 10_000
SENTENCES_OF_AN_ARTICLE = 40
FOUND_S = 30.0


def searching(bench: Bench) -> list[Row]:
    return [_tickets(bench), _found(bench), *_articles(bench)]


def _tickets(bench: Bench) -> Row:
    row = bench.row("An agent searches the tickets, with rights, snippets and counts")
    objects, seconds = _timed(lambda: rebuild(progress=Progress(print)))
    row.notes.append(f"{objects} objects indexed in {seconds:.0f} s")
    agent = _agent(bench)
    asked = [Query(text=text, kinds=("ticket",), facets=("status",)) for text in QUERIES]
    for query in asked:
        find(agent, query)
    # It is this process that searches, so it is set up as one that serves.
    collect_garbage_seldom()
    row.timings = [timing_of([_sample(lambda q=query: find(agent, q)) for query in asked * 30], clients=1)]
    row.goals = [Goal("p50 ms", 5, row.timings[0].p50_ms)]
    return row


def _found(bench: Bench) -> Row:
    row = bench.row("A question is found after it was asked")
    bench.wait_until_idle()
    agent = _agent(bench)
    waits = [_until_found(bench, agent, secrets.token_hex(8), number) for number in range(10)]
    row.goals = [Goal("s until it is found, at most", 1, round(max(waits), 2))]
    return row


def _until_found(bench: Bench, agent: Any, mark: str, number: int) -> float:
    ticket = pages.api_ticket(bench.product, number) | {"subject": mark}
    headers = pages.api_headers(bench.product) | {"Content-Type": "application/json"}
    body = json.dumps(ticket).encode()
    bench.ask([pages.raw_request(bench.product, "POST", "/api/v1/tickets", headers, body)], HTTPStatus.CREATED)
    asked_at = time.monotonic()
    while time.monotonic() - asked_at < FOUND_S:
        page = find(agent, Query(text=mark, kinds=("ticket",)))
        if not page.degraded and any(hit.title == mark for hit in page.hits):
            return time.monotonic() - asked_at
        time.sleep(0.01)
    raise WrongAnswerError(f"not found {FOUND_S:.0f} s after it was asked")


def _articles(bench: Bench) -> Iterator[Row]:
    row = bench.row("Anybody searches the articles, by words")
    with trial() as engine:
        _, seconds = _timed(lambda: articles_of(REINDEXED).build(engine))
        collected = articles_of(ARTICLES)
        known = collected.build(engine)
        questions = [Question(variant="base", text=text, relevant=frozenset({"0"})) for text in QUERIES * 30]
        asked = ask_all(questions, collected=collected, engine=engine, vocabulary=known, synonyms=NO_SYNONYMS)
        samples = samples_of(asked)
    row.timings = [timing_of(samples, clients=1)]
    row.goals = [Goal("p95 ms", 25, row.timings[0].p95_ms), Goal("s for an index of 10,000", 30, round(seconds, 1))]
    yield row


def articles_of(number: int) -> Collected:
    random = Random(number)  # noqa: S311 - the same articles each time
    return collect(
        {
            "id": str(each),
            "title": words.subject(random, f"toepassing {each % 50}"),
            "text": " ".join(random.choices(words.SENTENCES, k=SENTENCES_OF_AN_ARTICLE)),
        }
        for each in range(number)
    )


def samples_of(asked: Iterable[Outcome]) -> list[Sample]:
    return [Sample(began=time.monotonic(), seconds=one.ms / 1000, status=HTTPStatus.OK) for one in asked]


@contextmanager
def trial() -> Iterator[Engine]:
    trial = make_engine(backend="tantivy", place="bench")
    try:
        yield trial
    finally:
        trial.drop()


def _agent(bench: Bench) -> Any:
    email = bench.product.personas["agent"]["email"]
    return actor_of(User.objects.get(person__email_key=email).pk)


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.monotonic()
    return work(), time.monotonic() - began


def _sample(work: Callable[[], Any]) -> Sample:
    began = time.monotonic()
    work()
    return Sample(began=began, seconds=time.monotonic() - began, status=HTTPStatus.OK)
