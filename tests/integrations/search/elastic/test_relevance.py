"""Both engines find the same: measured on questions of others, where these stand beside the checkout."""

import json
import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[4]
QUESTIONS = Path(os.environ.get("SEARCH_EVAL_DIR") or ROOT.parent / "shared" / "search")

pytestmark = [
    pytest.mark.elasticsearch,
    pytest.mark.skipif(
        not QUESTIONS.exists(), reason="there are no questions in SEARCH_EVAL_DIR or beside the checkout"
    ),
]


def measured(backend: str) -> dict[str, Any]:
    files = ("--docs", str(QUESTIONS / "S2_docs.jsonl"), "--queries", str(QUESTIONS / "S2_queries.jsonl"))
    out = StringIO()
    call_command("search_eval", *files, "--backend", backend, "--json", stdout=out, stderr=StringIO())
    measures: dict[str, Any] = json.loads(out.getvalue())
    return measures


def test_questions_of_others_find_the_same_on_both_engines(elasticsearch, tantivy):
    found, other = measured("elasticsearch"), measured("tantivy")
    assert found["n"] == other["n"] > 300
    differences = {name: abs(found[name] - other[name]) for name in ("ndcg@10", "mrr@10", "recall@50")}
    assert max(differences.values()) <= 0.02, differences
