"""`manage.py search_eval --docs FILE --queries FILE [--backend …] [--json]`: measure how well search finds."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper

from helpdesk.search.engine import EngineUnavailableError, make_engine
from helpdesk.search.evaluation import Collected, Question, ask_all, collect, report
from helpdesk.search.meaning import Embedder, make_embedder
from helpdesk.search.selectors import lookup_of, shipped_synonyms

Made = TypeVar("Made")


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
        collected = collect(_read(options["docs"], _document))
        questions = _read(options["queries"], _question)
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


def _read(path: Path, made: Callable[[Mapping[str, Any]], Made]) -> list[Made]:
    """Return what each line makes; empty ones make nothing, and what cannot be read is named by its place."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: {error}") from None
    found = [_made_of(line, f"{path}, line {number}", made) for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        # Nothing was measured, which is not the same as finding nothing.
        raise CommandError(f"{path}: there is nothing in it")
    return found


def _made_of(line: str, place: str, made: Callable[[Mapping[str, Any]], Made]) -> Made:
    try:
        return made(_object(line))
    except KeyError as missing:
        raise CommandError(f"{place}: {missing} is missing") from None
    except (RecursionError, TypeError, ValueError) as error:
        raise CommandError(f"{place}: {error}") from None


def _object(line: str) -> Mapping[str, Any]:
    row = json.loads(line)
    if not isinstance(row, dict):
        raise TypeError("this is no JSON object")
    return row


def _document(row: Mapping[str, Any]) -> Mapping[str, str]:
    """Return a document as it is given; one of a set without titles has none."""
    return {"id": str(row["id"]), "title": str(row.get("title") or ""), "text": str(row["text"])}


def _question(row: Mapping[str, Any]) -> Question:
    relevant = row["rel"]
    if not isinstance(relevant, list) or not relevant:
        raise ValueError("rel is a list of the ids that answer q")
    return Question(variant=str(row.get("variant", "base")), text=str(row["q"]), relevant=frozenset(map(str, relevant)))


def _table(measures: Mapping[str, Any]) -> str:
    rows = {"all": measures, **measures["by_variant"]}
    names = [name for name, value in measures.items() if name != "by_variant"]
    lines = ["  ".join(["".ljust(8), *names])]
    lines += [
        "  ".join([variant.ljust(8), *(str(row[name]).ljust(len(name)) for name in names)])
        for variant, row in rows.items()
    ]
    return "\n".join(lines)
