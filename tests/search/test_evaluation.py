"""`search_eval` measures what it says, through the product's own query path."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from helpdesk.search.evaluation import Outcome, report

DOCS = [
    {"id": "a", "title": "Aanmelden met itsme", "text": "Zo meldt u zich aan in het loket."},
    {"id": "b", "title": "Besluitenlijst", "text": "De gemeenteraad stuurt zijn besluiten in."},
    {"id": "c", "title": "", "text": "Een gebruikersrecht vraagt u aan uw lokale beheerder."},
]
QUERIES = [
    {"set": "T", "variant": "base", "q": "aanmelding itsme", "rel": ["a"]},
    {"set": "T", "variant": "typo", "q": "besluitenljist", "rel": ["b"]},
    {"set": "T", "variant": "split", "q": "gebruikers recht", "rel": ["c"]},
    {"set": "T", "variant": "base", "q": "niets hiervan", "rel": ["a"]},
]


@pytest.fixture
def files(tmp_path, settings):
    settings.SEARCH_DIR = tmp_path / "search"

    def written(name, rows):
        path = tmp_path / name
        path.write_text("\n".join(json.dumps(row) for row in rows) + "\n")
        return str(path)

    return written("docs.jsonl", DOCS), written("queries.jsonl", QUERIES)


def test_it_prints_the_measures_over_all_and_by_variant(files, tmp_path):
    out = StringIO()
    call_command("search_eval", "--docs", files[0], "--queries", files[1], "--json", stdout=out, stderr=StringIO())

    measures = json.loads(out.getvalue())
    assert measures["n"] == 4
    assert (measures["ndcg@10"], measures["mrr@10"], measures["recall@50"]) == (0.75, 0.75, 0.75)
    assert measures["p95_ms"] >= measures["p50_ms"] > 0
    assert {variant: some["ndcg@10"] for variant, some in measures["by_variant"].items()} == {
        "base": 0.5, "typo": 1.0, "split": 1.0,
    }  # fmt: skip
    assert list((tmp_path / "search").iterdir()) == [], "the scratch index is gone"


def test_a_lower_rank_is_worth_less():
    outcome = Outcome(variant="base", ndcg=0.6309, reciprocal_rank=0.5, recall=1.0, ms=2.0)

    assert report([outcome])["by_variant"]["base"]["mrr@10"] == 0.5
    assert report([])["ndcg@10"] == 0.0


def test_a_file_that_is_not_there_is_told_plainly(files):
    with pytest.raises(CommandError, match=r"nergens\.jsonl"):
        call_command("search_eval", "--docs", "nergens.jsonl", "--queries", files[1])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"q": "itsme", "rel":', "line 2"),
        ("[1]", "line 2: this is no JSON object"),
        ("null", "line 2: this is no JSON object"),
        ("[" * 100_000, "line 2: maximum recursion depth"),
        ('{"q": "itsme"}', "line 2: 'rel' is missing"),
        ('{"q": "itsme", "rel": []}', "line 2: rel is a list"),
        ('{"q": "itsme", "rel": "a"}', "line 2: rel is a list"),
    ],
)
def test_a_line_that_is_no_question_is_named_by_its_place(files, line, told):
    Path(files[1]).write_text(f'{{"q": "itsme", "rel": ["a"]}}\n{line}\n')

    with pytest.raises(CommandError, match=rf"queries\.jsonl, {told}"):
        call_command("search_eval", "--docs", files[0], "--queries", files[1])


@pytest.mark.parametrize("which", [0, 1])
def test_a_file_with_nothing_in_it_measures_nothing_and_says_so(files, which):
    Path(files[which]).write_text("\n")

    with pytest.raises(CommandError, match=r"\.jsonl: there is nothing in it"):
        call_command("search_eval", "--docs", files[0], "--queries", files[1])


@pytest.mark.parametrize("row", [{"title": "x", "text": "x"}, {"id": "a", "title": "x"}])
def test_a_line_that_is_no_document_is_named_by_its_place(files, row):
    Path(files[0]).write_text(json.dumps(row))

    with pytest.raises(CommandError, match=r"docs\.jsonl, line 1: '(id|text)' is missing"):
        call_command("search_eval", "--docs", files[0], "--queries", files[1])


def test_empty_lines_documents_without_a_title_and_ids_that_are_numbers_are_fine(files):
    Path(files[0]).write_text('\ufeff{"id": 7, "title": null, "text": "itsme"}\n\n{"id": 8, "text": "eid"}\n\n')
    Path(files[1]).write_text('{"q": "itsme", "rel": [7]}\n\n{"q": "eid", "rel": ["8"]}\n')
    out = StringIO()

    call_command("search_eval", "--docs", files[0], "--queries", files[1], "--json", stdout=out, stderr=StringIO())

    assert json.loads(out.getvalue())["ndcg@10"] == 1.0


def test_a_common_word_counts_no_more_inside_a_rare_compound_than_alone(files):
    about_rights = "Loket: gebruiker, recht, gebruikersrecht"
    docs = [
        *({"id": str(number), "title": "", "text": about_rights} for number in range(30)),
        {"id": "right", "title": "", "text": "Aanmelden met itsme in het loket"},
        {"id": "other", "title": "", "text": "Aanmelden vereniging verenigingsloket"},
    ]
    Path(files[0]).write_text("\n".join(map(json.dumps, docs)))
    Path(files[1]).write_text('{"q": "loket aanmelden", "rel": ["right"]}\n')
    out = StringIO()

    call_command("search_eval", "--docs", files[0], "--queries", files[1], "--json", stdout=out, stderr=StringIO())

    assert json.loads(out.getvalue())["ndcg@10"] == 1.0
