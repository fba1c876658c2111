"""Officials look for answers, and meet them while they ask."""

import re
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from helpdesk.insights.models import Deflection, SearchRecord
from helpdesk.tickets.models import Ticket
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def answers(reindex):
    made = {
        "public": factories.article("De kaartlezer wordt niet herkend"),
        "officials": factories.article("Kaartlezer lenen", audience="officials"),
        "agents": factories.article("Kaartlezer: wat wij niet kunnen", audience="agents"),
    }
    reindex()
    return made


def titles(response) -> list[str]:
    return [article["title"] for article in response.context["articles"]]


def test_everybody_finds_the_articles_of_the_own_readership_and_no_count_tells_of_others(client, answers):
    visitor = client.get("/zoeken/?q=kaartlezers")
    client.force_login(factories.official())
    official = client.get("/zoeken/?q=kaartlezers")
    client.force_login(factories.agent())
    agent = client.get("/zoeken/?q=kaartlezers")

    assert set(titles(visitor)) == {"De kaartlezer wordt niet herkend"}
    assert visitor.context["answers"].articles.total == 1
    assert set(titles(official)) == {"De kaartlezer wordt niet herkend", "Kaartlezer lenen"}
    assert len(titles(agent)) == 3


def test_a_typing_error_finds_all_the_same_and_is_mended_on_request(client, answers):
    response = client.get("/zoeken/?q=kaartlezre")

    assert titles(response) == ["De kaartlezer wordt niet herkend"]
    assert '<a href="/zoeken/?q=kaartlezer"><strong>kaartlezer</strong></a>' in response.content.decode()


def test_what_only_resembles_what_was_asked_is_shown_as_that_and_is_no_answer(client, answers):
    response = client.get("/zoeken/?q=kaartlegging")
    page = response.content.decode()

    assert titles(response) == ["De kaartlezer wordt niet herkend"]
    assert "Wij vonden geen antwoord op “kaartlegging”." in page
    assert "Misschien staat uw antwoord hier" in page
    assert SearchRecord.objects.get().results == 0
    assert client.post("/melden/antwoorden/", {"subject": "Kaartlegging", "body": ""}).content.strip() == b""


def test_somebody_who_signed_in_finds_the_own_questions_and_not_those_of_a_colleague(client, reindex):
    mine, theirs = factories.official("An"), factories.official("Koen")
    asked = factories.ticket("Kaartlezer stuk", by=factories.actor(mine))
    factories.ticket("Kaartlezer kwijt", by=factories.actor(theirs))
    reindex()
    client.force_login(mine)

    hits = client.get("/zoeken/?q=kaartlezer").context["answers"].tickets

    assert [(hit.title, hit.url) for hit in hits] == [("Kaartlezer stuk", f"/mijn/{asked.reference}/")]


def test_a_search_is_noted_without_who_and_with_whether_something_was_opened(client, answers):
    response = client.get("/zoeken/?q=Kaartlezer+an@aalter.be")
    record = SearchRecord.objects.get()
    assert (record.text, record.results, record.was_opened) == ("kaartlezer [e-mailadres]", 1, False)

    opened = client.get(response.context["articles"][0]["url"])

    record.refresh_from_db()
    assert opened.headers["Location"] == f"/kennis/{answers['public'].slug}/"
    assert record.was_opened


def test_who_looks_for_an_answer_gets_it_when_nothing_can_be_written(client, answers, monkeypatch):
    there = client.get("/zoeken/?q=kaartlezer").context["articles"][0]["url"]

    def _full(*args, **values):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(SearchRecord.objects, "create", _full)
    monkeypatch.setattr(SearchRecord.objects, "filter", _full)

    assert titles(client.get("/zoeken/?q=kaartlezer")) == ["De kaartlezer wordt niet herkend"]
    assert client.get(there).headers["Location"] == f"/kennis/{answers['public'].slug}/"


def test_an_address_to_go_to_that_we_did_not_make_leads_nowhere(client, db):
    assert client.get("/zoeken/naar/https:elders.example/").status_code == 404


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "x" * 10_000, "(((", "a AND b", '"'])
def test_nothing_that_can_be_typed_breaks_the_search_page(client, answers, typed):
    assert client.get("/zoeken/", {"q": typed}).status_code == 200


def test_while_a_question_is_typed_at_most_three_public_answers_come_up(client, answers):
    page = client.post("/melden/antwoorden/", {"subject": "Kaartlezer", "body": "wordt niet herkend"}).content.decode()

    assert re.findall(r"<summary>(.*?)</summary>", page) == ["De kaartlezer wordt niet herkend"]
    assert client.post("/melden/antwoorden/", {"subject": "", "body": " "}).content.strip() == b""


def test_an_answer_that_helped_counts_until_the_same_browser_asks_after_all(client, answers):
    factories.queue()
    said = client.post(f"/melden/beantwoord/{answers['public'].pk}/")
    assert said.headers["Location"] == "/melden/beantwoord/"
    assert said.cookies["bezoeker"]["httponly"]
    assert Deflection.objects.get().returned_at is None

    question = {"name": "An", "email": "an@aalter.example", "subject": "Toch", "body": "Het lukt niet."}
    assert client.post("/melden/", question).status_code == 303

    assert Ticket.objects.count() == 1
    assert Deflection.objects.get().returned_at is not None


def test_after_three_days_it_is_another_question(client, answers):
    factories.queue()
    client.post(f"/melden/beantwoord/{answers['public'].pk}/")
    Deflection.objects.update(at=timezone.now() - timedelta(hours=73))

    client.post("/melden/", {"name": "An", "email": "an@aalter.example", "subject": "Nieuw", "body": "Iets anders."})

    assert Deflection.objects.get().returned_at is None


def test_an_article_for_others_cannot_be_said_to_help(client, answers):
    assert client.post(f"/melden/beantwoord/{answers['agents'].pk}/").status_code == 404
    assert not Deflection.objects.exists()
