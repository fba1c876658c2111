"""Which tickets an article would have answered."""

import pytest

from helpdesk.insights.models import Replay
from helpdesk.insights.replaying import replay_tickets, share_covered
from helpdesk.search.engine import EngineUnavailableError
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_ticket_is_covered_as_far_as_the_best_public_article_holds_its_words(reindex):
    article = factories.article("De kaartlezer wordt niet herkend")
    factories.article("Vergunning voor een marktkraam", audience="agents")
    answered, open_ = factories.ticket("Kaartlezers niet herkend"), factories.ticket("Vergunning marktkraam")
    reindex()

    assert replay_tickets() == 2

    assert Replay.objects.get(ticket=answered).article == article
    assert Replay.objects.get(ticket=answered).covered == 1.0
    assert (Replay.objects.get(ticket=open_).article, Replay.objects.get(ticket=open_).covered) == (None, 0.0)


def test_a_ticket_is_replayed_again_once_there_is_an_article(reindex):
    ticket = factories.ticket("Vergunning marktkraam")
    reindex()
    replay_tickets()
    article = factories.article("Een vergunning voor een marktkraam")
    reindex()

    replay_tickets()

    assert Replay.objects.get(ticket=ticket).article == article


def test_while_search_does_with_less_nothing_is_said_to_be_unanswered(reindex, monkeypatch):
    factories.ticket("Vergunning marktkraam")
    reindex()

    def away(_plan):
        raise EngineUnavailableError("away")

    monkeypatch.setattr("helpdesk.search.finding._breaker.search", away)

    assert replay_tickets() == 0
    assert not Replay.objects.exists()


@pytest.mark.parametrize("subject", ["🙂🙂", "???", "de en", "85.07.30-033.28"])
def test_a_subject_that_asks_nothing_misses_no_article(reindex, subject):
    ticket = factories.ticket(subject)
    reindex()
    replay_tickets()

    assert Replay.objects.get(ticket=ticket).covered == 1.0


def test_an_article_that_went_while_it_was_found_stops_nothing(reindex, monkeypatch):
    factories.article("Vergunning voor een marktkraam")
    ticket = factories.ticket("Vergunning marktkraam")
    reindex()
    monkeypatch.setattr("knowledgebase.search.Articles.documents", lambda _self, _ids: [])

    assert replay_tickets() == 1
    assert (Replay.objects.get(ticket=ticket).article, Replay.objects.get(ticket=ticket).covered) == (None, 0.0)


@pytest.mark.parametrize(
    ("question", "answer", "share"),
    [("kaartlezer herkend", "de kaartlezers", 0.5), ("de het een", "iets", 1.0), ("eid", "itsme", 0.0)],
)
def test_words_are_covered_in_any_form(question, answer, share):
    assert share_covered(question, answer) == share
