"""Which tickets and searches an article would have answered."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.actors import Visitor
from helpdesk.insights.models import Replay
from helpdesk.insights.replaying import replay_searches, replay_tickets, share_covered
from helpdesk.insights.selectors import searches_without_result, tickets_without_answer
from helpdesk.insights.services import record_search
from helpdesk.search.engine import EngineUnavailableError
from helpdesk.tickets.models import Ticket
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


def test_a_ticket_that_is_a_gap_is_replayed_as_long_as_it_counts_as_one(reindex):
    known, gap = factories.ticket("Kaartlezer"), factories.ticket("Vergunning marktkraam")
    factories.article("De kaartlezer wordt niet herkend")
    reindex()
    replay_tickets()
    Ticket.objects.filter(pk__in=[known.pk, gap.pk]).update(created_at=timezone.now() - timedelta(days=60))
    factories.article("Een vergunning voor een marktkraam")
    reindex()

    assert len(tickets_without_answer()) == 1
    assert replay_tickets() == 1
    assert tickets_without_answer() == []


def searched_in_vain(*texts):
    for text in texts:
        record_search(actor=Visitor(), text=text, results=0)


def test_what_was_looked_for_in_vain_is_no_gap_once_an_article_is_found(reindex):
    factories.article("Een zwembad huren", audience="agents")
    searched_in_vain("marktkraam", "marktkraam", "zwembad", "zwembad", "marktkramen [nummer]", "marktkramen [nummer]")
    reindex()
    assert replay_searches() == 0
    factories.article("Een vergunning voor een marktkraam")
    reindex()

    assert replay_searches() == 1
    assert sorted(gap.text for gap in searches_without_result()) == ["marktkramen [nummer]", "zwembad"]
    searched_in_vain("marktkraam", "marktkraam")
    assert [(gap.text, gap.times) for gap in searches_without_result() if gap.text == "marktkraam"] == [
        ("marktkraam", 2)
    ]


def test_what_only_resembles_what_was_looked_for_leaves_it_a_gap(reindex):
    factories.article("De kaartlezer wordt niet herkend")
    searched_in_vain("kaartlegging", "kaartlegging")
    reindex()

    assert replay_searches() == 0
    assert [gap.text for gap in searches_without_result()] == ["kaartlegging"]


def test_while_search_does_with_less_nothing_is_said_to_be_unanswered(reindex, monkeypatch):
    factories.ticket("Vergunning marktkraam")
    reindex()

    def away(_plan):
        raise EngineUnavailableError("away")

    monkeypatch.setattr("helpdesk.search.finding._breaker.search", away)

    searched_in_vain("marktkraam", "marktkraam")

    assert replay_tickets() == 0
    assert not Replay.objects.exists()
    assert replay_searches() == 0


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
