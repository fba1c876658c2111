"""Finding over the API: who finds what, and what is said of it."""

import pytest
from django.conf import settings

from helpdesk.search import finding
from helpdesk.search.engine import EngineUnavailableError
from helpdesk.tickets.services import NewMessage, add_note
from knowledgebase import services
from tests import factories
from tests.integrations.api.conftest import Program
from tests.integrations.api.problems import pointers

pytestmark = pytest.mark.django_db

SHELF = {"public": "Kwispel voor iedereen", "officials": "Kwispel voor besturen", "agents": "Kwispel voor agents"}


@pytest.fixture
def world(town, press, ticket, reindex):
    """Something of every kind that holds one word."""
    for audience, title in SHELF.items():
        factories.article(title, audience=audience)
    factories.article("Kwispel in werk", published=False)
    town.asked = factories.ticket("Kwispel vraag", by=factories.actor(town.users.official), organisation=town.aalter)
    add_note(actor=factories.actor(town.users.agent), ticket=town.asked, new=NewMessage(body="Geheim: kakelbont."))
    factories.ticket("Kwispel van een onbekende")
    town.office = factories.organisation("Kwispel", uri="http://data.lblod.info/id/bestuurseenheden/kwispel")
    reindex()
    return town


def found(answer):
    assert answer.status_code == 200, answer.content
    assert answer.json()["total"] == len(answer.json()["items"])
    return {(item["kind"], item["title"]) for item in answer.json()["items"]}


def articles(*audiences):
    return {("article", SHELF[audience]) for audience in audiences}


TICKETS = {("ticket", "Kwispel vraag")}
EVERY_TICKET = TICKETS | {("ticket", "Kwispel van een onbekende")}
OFFICE = {("organisation", "Kwispel (gemeente)")}


def test_each_caller_finds_what_is_for_them(world, press):
    both = ("tickets:read", "articles:read")
    everything = {
        "anonymous": articles("public") | OFFICE,
        "official": articles("public") | OFFICE | TICKETS,
        "colleague": articles("public") | OFFICE,
        "agent": articles("public") | OFFICE | EVERY_TICKET,
        "agent_other_queue": articles("public") | OFFICE,
        "integration": articles("public") | OFFICE | EVERY_TICKET,
    }
    callers = {name: getattr(world, name) for name in everything}
    for name, account in (("official", world.users.official), ("agent", world.users.agent)):
        callers[f"{name} with both"] = Program(factories.api_token(scopes=both, user=account))
        callers[f"{name} of articles"] = Program(factories.api_token(scopes=("articles:read",), user=account))
    everything |= {
        "official with both": articles("public", "officials") | OFFICE | TICKETS,
        "official of articles": articles("public", "officials") | OFFICE,
        "agent with both": articles(*SHELF) | OFFICE | EVERY_TICKET,
        "agent of articles": articles(*SHELF) | OFFICE,
    }

    for name, program in callers.items():
        assert found(program.get("/search?q=kwispel")) == everything[name], name
        for kind in ("article", "ticket", "organisation"):
            expected = {each for each in everything[name] if each[0] == kind}
            assert found(program.get(f"/search?q=kwispel&kind={kind}")) == expected, (name, kind)
        assert found(program.get("/search?q=kwispel&kind=all")) == everything[name]


def test_a_note_is_found_and_shown_to_who_handles_the_ticket_alone(world):
    [hit] = world.agent.get("/search?q=kakelbont").json()["items"]

    assert "<mark>kakelbont</mark>" in hit["snippet_html"]
    for caller in (world.official, world.colleague, world.anonymous):
        for item in caller.get("/search?q=kakelbont").json()["items"]:
            assert "kakelbont" not in item["snippet_html"]
            assert item["kind"] != "ticket"


def test_what_is_found_has_a_name_outside_and_a_page(world):
    def hit(program, kind):
        item = next(one for one in program.get(f"/search?q=kwispel&kind={kind}").json()["items"])
        assert set(item) == {"kind", "id", "title", "snippet_html", "url", "score"}
        return item["id"], item["url"]

    reference, uri = world.asked.reference, world.office.uri
    assert hit(world.anonymous, "article") == (
        "kwispel-voor-iedereen", f"{settings.BASE_URL}/kennis/kwispel-voor-iedereen/"
    )  # fmt: skip
    assert hit(world.official, "ticket") == (reference, f"{settings.BASE_URL}/mijn/{reference}/")
    office, page = hit(world.anonymous, "organisation")
    assert office == uri
    assert page.startswith(f"{settings.BASE_URL}/melden/?organisation=")
    [exact] = world.agent.get(f"/search?q={reference}&kind=ticket").json()["items"]
    assert (exact["id"], exact["url"]) == (reference, f"{settings.BASE_URL}/desk/t/{reference}/")


def test_a_snippet_holds_text_and_marks_only(press, reindex):
    factories.article("Evil", summary="kwispel <script>alert(1)</script> & <b>vet</b>")
    reindex()

    [hit] = press.anonymous.get("/search?q=kwispel").json()["items"]

    assert hit["snippet_html"].startswith("<mark>kwispel</mark> &lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;")


def test_the_answer_says_how_it_was_found_and_what_was_meant(press, reindex):
    factories.article("Wachtwoord vergeten")
    reindex()

    answer = press.anonymous.get("/search?q=wachtwoort").json()

    assert (answer["backend"], answer["degraded"], answer["total"]) == ("tantivy", False, 1)
    assert answer["suggestion"] == "wachtwoord"
    assert press.anonymous.get("/search?q=wachtwoord").json()["suggestion"] is None


def test_what_only_resembles_what_was_asked_says_so(press, reindex):
    factories.article("De kaartlezer wordt niet herkend")
    reindex()

    guess = press.anonymous.get("/search?q=kaartlegging").json()

    assert ([item["id"] for item in guess["items"]], guess["is_guess"]) == (["de-kaartlezer-wordt-niet-herkend"], True)
    assert press.anonymous.get("/search?q=kaartlezer").json()["is_guess"] is False
    assert press.anonymous.get("/search?q=zzqxj").json() == guess | {"items": [], "total": 0, "is_guess": False}


def test_as_many_come_as_are_wanted_and_all_are_counted(press, reindex):
    for number in range(3):
        factories.article(f"Kwispel {number}")
    reindex()

    answer = press.anonymous.get("/search?q=kwispel&limit=2").json()

    assert (len(answer["items"]), answer["total"]) == (2, 3)
    assert answer["items"][0]["score"] >= answer["items"][1]["score"] > 0


def test_what_was_taken_away_since_it_was_indexed_is_not_found(world):
    [gone] = factories.Article.objects.filter(slug="kwispel-voor-iedereen")
    services.archive_article(actor=factories.SYSTEM, article=gone)

    answer = world.anonymous.get("/search?q=kwispel&kind=article").json()

    assert (answer["items"], answer["total"]) == ([], 0)


def test_without_its_engine_the_database_finds_and_says_so(world, monkeypatch):
    def away(_plan):
        raise EngineUnavailableError("away")

    monkeypatch.setattr(finding._breaker, "search", away)
    answer = world.anonymous.get("/search?q=kwispel").json()

    assert (answer["backend"], answer["degraded"]) == ("database", True)
    assert {(item["kind"], item["title"]) for item in answer["items"]} == articles("public") | OFFICE
    tickets = world.anonymous.get("/search?q=kwispel&kind=ticket").json()
    assert (tickets["items"], tickets["total"]) == ([], 0)


@pytest.mark.parametrize("header", ["", "Basic YTpi", "Bearer onbekend"])
def test_a_worthless_token_is_refused(press, header):
    answer = press.anonymous.get("/search?q=x", Authorization=header)

    assert (answer.status_code, pointers(answer)) == (401, [])


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("kind=application", ["/kind"]),
        ("kind=", ["/kind"]),
        ("limit=0", ["/limit"]),
        ("limit=201", ["/limit"]),
        ("limit=veel", ["/limit"]),
    ],
)
def test_what_is_wrong_is_named(press, query, wrong):
    answer = press.anonymous.get(f"/search?q=x&{query}")

    assert (answer.status_code, pointers(answer)) == (422, wrong)


@pytest.mark.parametrize(
    "text",
    [
        "", "+", "%00", "%ED%A0%80", "%FF", "%0D%0A", "%E2%80%AE", "x" * 10_000, "x+" * 5_000, "(a%7Cb)*%5B",
        "AND+OR+NOT", "%22", "*%3A*", "title%3Ax", "%25_%5C", "'%3B--", "%F0%9F%98%80", "../..", "status%3Aopen",
    ],
)  # fmt: skip
def test_no_query_breaks_search(world, text):
    for caller in (world.anonymous, world.agent):
        for path in ("/search", "/articles"):
            assert caller.get(f"{path}?q={text}").status_code == 200
