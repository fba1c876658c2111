"""The development split, where it stands beside the checkout, and what `search_eval` makes of it."""

import json
import os
from io import StringIO
from pathlib import Path

from django.core.management import call_command

from config.env import ROOT

FOLDER = Path(os.environ.get("SEARCH_EVAL_DIR") or ROOT.parent / "shared" / "search")


def questions_of(name: str) -> Path:
    return FOLDER / f"{name}_queries.jsonl"


def ndcg(name: str, *options: str, questions: Path | None = None) -> dict[str, float]:
    """Return nDCG@10 of each variant of a set of questions, or of others about the same documents."""
    out = StringIO()
    files = ["--docs", str(FOLDER / f"{name}_docs.jsonl"), "--queries", str(questions or questions_of(name))]
    call_command("search_eval", *files, *options, "--json", stdout=out, stderr=StringIO())
    return {variant: some["ndcg@10"] for variant, some in json.loads(out.getvalue())["by_variant"].items()}
