"""`manage.py search_eval --docs FILE --queries FILE [--backend …] [--json]`: measure how well search finds."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper

from helpdesk.search.engine import EngineUnavailableError, make_engine
from helpdesk.search.evaluation import Collected, Question, ask_all, collect, report
from helpdesk.search.meaning import Embedder, make_embedder
from helpdesk.search.selectors import lookup_of, shipped_synonyms


class Command(BaseCommand):
    help = "Indexes documents as public articles in an index of their own, asks questions of which the answer is known."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--docs", type=Path, required=True, help="lines of JSON: id, title, text")
        parser.add_argument("--queries", type=Path, required=True, help="lines of JSON: q, rel, variant")
        parser.add_argument("--backend", choices=sorted(settings.SEARCH_ENGINES), default=settings.SEARCH_BACKEND)
        parser.add_argument("--embedder", choices=["none", *settings.SEARCH_EMBEDDERS], default="none")
        parser.add_argument("--json", action="store_true", help="print the measures as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        collected = collect(_lines(options["docs"]))
        questions = [_question(row) for row in _lines(options["queries"])]
        try:
            measures = _measured(collected, questions, options["backend"], _embedder(options["embedder"]), self.stderr)
        except EngineUnavailableError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps(measures) if options["json"] else _table(measures))


def _measured(
    collected: Collected,
    questions: Sequence[Question],
    backend: str,
    embedder: Embedder | None,
    told: OutputWrapper,
) -> Mapping[str, Any]:
    """Measure in an index that is gone afterwards."""
    engine = make_engine(backend=backend, place=f"trial-{os.getpid()}")
    try:
        known = collected.build(engine, embedder)
        told.write(f"{len(collected.documents)} documents indexed.", style_func=str)
        synonyms = lookup_of(shipped_synonyms())
        return report(
            ask_all(
                questions,
                collected=collected,
                engine=engine,
                vocabulary=known,
                synonyms=synonyms,
                embedder=embedder,
            )
        )
    finally:
        engine.drop()


def _embedder(name: str) -> Embedder | None:
    if name == "none":
        return None
    try:
        return make_embedder(name)
    except ImportError as error:
        raise CommandError(f"{error}; pip install --require-hashes -r requirements-embedder.lock") from None


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: {error}") from None


def _question(row: Mapping[str, Any]) -> Question:
    return Question(variant=row.get("variant", "base"), text=row["q"], relevant=frozenset(row["rel"]))


def _table(measures: Mapping[str, Any]) -> str:
    rows = {"all": measures, **measures["by_variant"]}
    names = [name for name, value in measures.items() if name != "by_variant"]
    lines = ["  ".join(["".ljust(8), *names])]
    lines += [
        "  ".join([variant.ljust(8), *(str(row[name]).ljust(len(name)) for name in names)])
        for variant, row in rows.items()
    ]
    return "\n".join(lines)
