"""How many SQL statements a request takes, whatever the length of the answer."""

import pytest

from helpdesk.submissions.models import SubmissionLink
from helpdesk.tickets.services import NewMessage, reply_to_ticket
from tests import factories

QUESTION = {"subject": "Ik geraak niet binnen", "body": "Ik krijg een foutmelding."}
URI = "http://data.lblod.info/submissions/5f3f9c2e-0b1d-4c1a-9d55-1f7f0d3f8a1{}"


def test_an_official_asks_in_nine_statements(town, assert_statements):
    with assert_statements(9):
        assert town.official.post("/tickets", json=QUESTION).status_code == 201


@pytest.mark.parametrize("submissions", [1, 3])
def test_asking_with_everything_and_a_key_takes_thirteen(town, assert_statements, submissions):
    factories.application("loket", queue=town.other_queue)
    links = [URI.format(number) for number in range(submissions)]
    question = QUESTION | {"application": "loket", "organisation": "OVO001234", "submissions": links}

    with assert_statements(13):
        assert town.official.post("/tickets", json=question, Idempotency_Key="a").status_code == 201


def test_the_most_there_can_be_is_fourteen(town, assert_statements):
    """An agent asks for somebody new, with a key, about an application and an administration, with a submission."""
    factories.application("loket", queue=town.other_queue)
    question = QUESTION | {
        "application": "loket",
        "organisation": "OVO001234",
        "submissions": [URI.format(1)],
        "requester": {"name": "Jan Janssens", "email": "jan@aalst.example"},
    }

    with assert_statements(14):
        assert town.agent.post("/tickets", json=question, Idempotency_Key="a").status_code == 201


def test_a_repeated_question_takes_three(town, assert_statements):
    town.official.post("/tickets", json=QUESTION, Idempotency_Key="a")

    with assert_statements(3):
        town.official.post("/tickets", json=QUESTION, Idempotency_Key="a")


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("caller", "statements"), [("official", 3), ("agent", 4), ("integration", 4)])
def test_a_list_costs_the_same_for_any_length(town, assert_statements, number, caller, statements):
    application = factories.application("loket")
    for _position in range(number):
        ticket = factories.ticket(
            by=factories.actor(town.users.official), organisation=town.aalter, application=application
        )
        SubmissionLink.objects.create(ticket=ticket, uri=URI.format(1), url="https://x.example")
        town.agent.patch(f"/tickets/{ticket.reference}", json={"assignee": "me", "category": factories.category().code})

    with assert_statements(statements):
        answer = getattr(town, caller).get("/tickets?status=new&order=priority&organisation=OVO001234")
    assert len(answer.json()["items"]) == number


@pytest.mark.parametrize("number", [1, 3])
def test_messages_cost_the_same_for_any_length(town, ticket, path, assert_statements, number):
    for _position in range(number):
        reply_to_ticket(actor=factories.actor(town.users.agent), ticket=ticket, new=NewMessage(body="Antwoord"))

    with assert_statements(4):
        asked = town.official.get(f"{path}/messages")
    with assert_statements(6):
        worked_on = town.agent.get(f"{path}/messages")
    assert [len(answer.json()["items"]) for answer in (asked, worked_on)] == [number + 1, number + 1]


@pytest.mark.parametrize("number", [1, 3])
def test_history_costs_the_same_for_any_length(town, ticket, path, assert_statements, number):
    for position in range(number):
        town.agent.patch(path, json={"impact": ("high", "low", "medium")[position]})

    with assert_statements(5):
        answer = town.agent.get(f"{path}/history")
    assert len(answer.json()["items"]) == number + 1


@pytest.mark.parametrize("number", [1, 3])
def test_administrations_cost_two_statements(town, assert_statements, number):
    for position in range(number):
        factories.organisation(f"Gent {position}").successors.add(town.aalter)

    with assert_statements(2):
        answer = town.anonymous.get("/organisations?q=gent")
    assert len(answer.json()["items"]) == number


def test_one_ticket_takes_four(town, ticket, path, assert_statements):
    with assert_statements(4):
        town.agent.get(path)


def test_a_change_of_a_version_takes_eleven(town, ticket, path, assert_statements):
    version = town.agent.get(path)["ETag"]

    with assert_statements(11):
        assert town.agent.patch(path, json={"impact": "high"}, If_Match=version).status_code == 200


def test_a_reply_takes_fourteen(town, ticket, path, assert_statements):
    with assert_statements(14):
        answer = town.agent.post(f"{path}/messages", json={"body": "Antwoord", "kind": "public_reply"})
    assert answer.status_code == 201


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("caller", "statements"), [("anonymous", 3), ("official", 4), ("editor", 4)])
def test_articles_cost_the_same_for_any_number(press, assert_statements, number, caller, statements):
    for position in range(number):
        factories.article(
            f"Artikel {position}", applications=[factories.application()], categories=[factories.category()]
        )

    with assert_statements(statements):
        answer = getattr(press, caller).get("/articles?application=loket&state=published")
    assert len(answer.json()["items"]) == number


@pytest.mark.parametrize("number", [1, 3])
def test_finding_costs_the_same_for_any_number(town, press, reindex, assert_statements, number):
    for position in range(number):
        factories.article(f"Itsme {position}")
        factories.ticket(f"Itsme {position}", by=factories.actor(town.users.official))
        factories.organisation(f"Itsme {position}")
    reindex()
    town.agent.get("/search?q=itsme")

    with assert_statements(2):
        assert press.anonymous.get("/search?q=itsme").json()["total"] == number * 2
    with assert_statements(5):
        assert town.agent.get("/search?q=itsme").json()["total"] == number * 3
    with assert_statements(4):
        assert len(press.anonymous.get("/articles?q=itsme").json()["items"]) == number


def test_one_article_takes_three_and_a_token_one_more(press, assert_statements):
    path = f"/articles/{factories.article().slug}"

    with assert_statements(3):
        assert press.anonymous.get(path).status_code == 200
    with assert_statements(4):
        assert press.editor.get(path).status_code == 200


def test_a_new_text_of_a_version_takes_24(press, assert_statements):
    path = f"/articles/{factories.article().slug}"
    version = press.editor.get(path)["ETag"]
    text = {"title": "Nieuw", "summary": "Anders.", "body_markdown": "Een andere tekst."}

    with assert_statements(24):
        assert press.editor.put(path, json=text, If_Match=version).status_code == 200


def test_feedback_takes_five(press, assert_statements):
    path = f"/articles/{factories.article().slug}/feedback"

    with assert_statements(5):
        assert press.official.post(path, json={"helpful": True}).status_code == 201
