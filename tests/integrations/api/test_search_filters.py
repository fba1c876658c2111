"""What agents type at the desk means the same over the API: filters, what to leave out, days, words in a row."""

from datetime import UTC, datetime

import pytest

from helpdesk.search import finding
from helpdesk.search.engine import EngineUnavailableError
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.services import change_ticket
from tests import factories
from tests.integrations.api.conftest import BOTH, Program
from tests.integrations.api.problems import pointers

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(town, reindex):
    """Three tickets that differ in all that agents filter by, one of another queue, and an article."""
    agent = factories.actor(town.users.agent)
    loket = factories.application("loket", queue=town.queue)
    known = {
        "new": {"organisation": town.aalst},
        "open": {"application": loket},
        "closed": {"organisation": town.aalter},
    }
    town.tickets = {name: factories.ticket("Kaartlezer kwispelt en blaft", **values) for name, values in known.items()}
    change_ticket(actor=agent, ticket=town.tickets["open"], status="open", assignee=town.users.agent)
    change_ticket(actor=agent, ticket=town.tickets["closed"], status="closed")
    Ticket.objects.filter(pk=town.tickets["closed"].pk).update(created_at=datetime(2025, 3, 1, 12, tzinfo=UTC))
    elsewhere = factories.application("elders", queue=town.other_queue)
    town.tickets["foreign"] = factories.ticket(
        "Kaartlezer kwispelt en blaft", application=elsewhere, organisation=town.aalst
    )
    town.article = factories.article("Kaartlezer kwispelt, status open", audience="agents")
    reindex()
    return town


def ask(program, text, **query):
    return program.call("get", "/search?" + "&".join(f"{name}={value}" for name, value in query.items()) + f"&q={text}")


def found(town, program, text, **query):
    answer = ask(program, text, **query)
    assert answer.status_code == 200, answer.content
    names = {ticket.reference: name for name, ticket in town.tickets.items()}
    assert answer.json()["total"] == len(answer.json()["items"])
    return {names.get(item["id"], item["id"]) for item in answer.json()["items"]}


@pytest.mark.parametrize("is_away", [False, True], ids=["index", "database"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kaartlezer status:open", {"open"}),
        ("status:open", {"open"}),
        ("status:open,nieuw kaartlezer", {"open", "new"}),
        ("kaartlezer -status:open", {"new", "closed"}),
        ("org:aalst", {"new"}),
        ("org:aalst toepassing:loket", set()),
        ("toepassing:loket status:open kaartlezer", {"open"}),
        ("-org:aalst", {"open", "closed"}),
        ("sinds:2025-03-01 voor:2025-03-02", {"closed"}),
        ("voor:2025-03-01", set()),
        ("sinds:2025-04", {"open", "new"}),
        ("behandelaar:niemand is:open", {"new"}),
        ("wachtrij:andere-entiteit", set()),
        ('"kaartlezer kwispelt" status:open', {"open"}),
        ('"blaft kwispelt" status:open', set()),
    ],
)
def test_filters_hold_as_they_do_at_the_desk(desk, monkeypatch, text, expected, is_away):
    if is_away:
        monkeypatch.setattr(finding, "_breaker", Away())
    for program in (desk.agent, desk.integration):
        for kind in ("ticket", "all"):
            assert found(desk, program, text, kind=kind) == expected


class Away:
    def search(self, _plan):
        raise EngineUnavailableError("away")


def test_the_same_text_finds_the_same_at_the_desk_and_over_the_api(desk, client):
    client.force_login(desk.users.agent)
    for text in (
        "kaartlezer -status:gesloten",
        "org:aalter",
        "sinds:2025 status:new",
        '"kaartlezer kwispelt" -is:open',
    ):
        page = client.get("/desk/zoeken/", {"q": text})

        assert {result.row.reference for result in page.context["found"]} == {
            desk.tickets[name].reference for name in found(desk, desk.agent, text, kind="ticket")
        }


def test_who_is_me_is_the_agent_of_the_token_and_an_integration_is_nobody(desk):
    assert found(desk, desk.agent, "behandelaar:ik") == {"open"}

    answer = ask(desk.integration, "behandelaar:ik")

    assert (answer.status_code, pointers(answer)) == (422, ["/q"])
    assert answer.json()["errors"][0]["detail"].startswith(
        "Behandelaar: “ik” kennen we niet. Gebruik een van deze waarden: niemand, Bram"
    )


@pytest.mark.parametrize("kind", ["ticket", "all"])
@pytest.mark.parametrize(
    ("text", "details"),
    [
        ("kaartlezer status:opne", ["Status: “opne” kennen we niet. Gebruik een van deze waarden: open."]),
        ("kaartlezer -type:vraga", ["Type: “vraga” kennen we niet. Gebruik een van deze waarden: vraag."]),
        ("org:xyzzyxyz", ["Bestuur: “xyzzyxyz” kennen we niet. Gebruik een van deze waarden: Aalst, Aalter."]),
        (
            "status:open,opne sinds:gistern",
            [
                "Status: “opne” kennen we niet. Gebruik een van deze waarden: open.",
                "Ingediend sinds: “gistern” kennen we niet. Gebruik een van deze waarden: gisteren.",
            ],
        ),
    ],
)
def test_a_value_that_stands_for_nothing_is_refused_with_what_may_be_meant(desk, kind, text, details):
    answer = ask(desk.agent, text, kind=kind)

    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert [(error["pointer"], error["detail"]) for error in answer.json()["errors"]] == [
        ("/q", detail) for detail in details
    ]


def test_what_looks_like_a_mistyped_filter_is_looked_for_as_words_and_told(desk):
    answer = ask(desk.agent, "kaartlezer staus:open", kind="ticket").json()

    assert answer["total"] == 3
    assert answer["advice"] == [{"detail": "We kennen geen filter “staus”.", "suggestions": ["status:open kaartlezer"]}]
    assert answer["suggestion"] == "status:open kaartlezer"
    assert found(desk, desk.agent, answer["suggestion"]) == {"open"}


@pytest.mark.parametrize("text", ["fout:403 kaartlezer", "https://loket.example", "Re: kaartlezer", "status: open"])
def test_what_has_a_colon_is_mostly_words(desk, text):
    answer = ask(desk.agent, text)

    assert (answer.status_code, answer.json()["advice"]) == (200, [])


def test_filters_do_not_hold_for_articles_and_that_is_told(desk):
    answer = ask(desk.reader, "kaartlezer status:open", kind="article").json()

    assert [item["id"] for item in answer["items"]] == [desk.article.slug]
    assert answer["advice"] == [{"detail": "Filters gelden alleen voor tickets.", "suggestions": ["kaartlezer"]}]


def test_another_spelling_is_suggested_with_the_same_filters(desk, reindex):
    factories.article("Kaartlezer")
    reindex()

    assert ask(desk.agent, "kaartlezre -status:gesloten").json()["suggestion"] == "-status:gesloten kaartlezer"


def test_who_handles_no_tickets_looks_for_words_and_learns_of_no_name(desk, reindex):
    desk.mine = factories.ticket("Status open", by=factories.actor(desk.users.official))
    desk.tickets["asked"] = desk.mine
    reindex()
    without_scope = Program(factories.api_token(scopes=("articles:read",), user=desk.users.agent))

    assert found(desk, desk.official, "status:nieuw", kind="ticket") == {"asked"}
    for program in (desk.official, desk.anonymous, without_scope):
        for text in ("behandelaar:bram", "behandelaar:xyzzyxyz", "wachtrij:xyzzyxyz", "status:opne", "staus:open"):
            answer = ask(program, text)
            assert (answer.status_code, answer.json()["advice"]) == (200, []), text
    assert found(desk, without_scope, "kaartlezer status:open", kind="ticket") == set()


@pytest.mark.parametrize("number", [1, 3])
def test_a_search_with_filters_costs_the_same_for_one_result_and_three(desk, reindex, assert_statements, number):
    for _ in range(number):
        factories.ticket("Kwartel", organisation=desk.aalter)
    reindex()
    ask(desk.agent, "kwartel org:aalter", kind="ticket")

    with assert_statements(4):
        assert ask(desk.agent, "kwartel org:aalter", kind="ticket").json()["total"] == number


@pytest.fixture(autouse=True)
def _reader(town):
    town.reader = Program(factories.api_token(scopes=(*BOTH, "articles:read"), user=town.users.agent))
