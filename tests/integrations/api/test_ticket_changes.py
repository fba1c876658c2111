"""Changing tickets over the API: what the desk may, and what who asked may."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from helpdesk.tickets.models import Ticket
from tests import factories
from tests.integrations.api.problems import pointers

RESOLUTION = {"solved_by": "helpdesk", "avoidable": True}


def test_an_agent_changes_everything_at_once(town, ticket, path):
    application, category = factories.application("loket"), factories.category()
    changes = {
        "subject": "Geen toegang tot het Loket",
        "status": "waiting_second_line",
        "assignee": str(town.users.agent.pk),
        "impact": "high",
        "urgency": "high",
        "application": application.slug,
        "category": category.code,
        "organisation": town.aalst.uri,
    }

    answer = town.agent.patch(path, json=changes)

    shown = answer.json()
    assert answer.status_code == 200
    assert {name: shown[name] for name in changes} == changes | {
        "assignee": {"id": str(town.users.agent.pk), "name": "Bram De Smet"},
        "organisation": {
            "uri": town.aalst.uri, "name": "Aalst", "kbo_number": None, "ovo_code": None, "proven": False
        },
    }  # fmt: skip
    assert (shown["priority"], shown["status_category"]) == ("urgent", "waiting_third_party")
    assert town.agent.get(path).content == answer.content


def test_null_empties_a_field_and_what_is_absent_stays(town, ticket, path):
    town.agent.patch(path, json={"assignee": "me", "application": factories.application("loket").slug})

    shown = town.agent.patch(path, json={"assignee": None, "organisation": None}).json()

    assert (shown["assignee"], shown["organisation"], shown["application"]) == (None, None, "loket")


@pytest.mark.parametrize("as_shown", [True, False])
def test_an_assignee_is_given_as_it_is_shown_or_by_its_id(town, ticket, path, as_shown):
    colleague = {"id": str(town.users.agent.pk), "name": "Bram De Smet"}

    answer = town.integration.patch(path, json={"assignee": colleague if as_shown else colleague["id"]})

    assert answer.json()["assignee"] == colleague


def test_nobody_is_assigned_who_does_not_serve_the_queue_and_nothing_is_said_of_them(town, ticket, path):
    stranger, nobody = str(town.users.other_official.pk), "987654321"
    wished = [stranger, nobody, str(town.users.agent_other_queue.pk), "9" * 20, "x", {"id": stranger}]

    answers = [town.agent.patch(path, json={"assignee": one}) for one in wished]

    assert {(answer.status_code, answer.content) for answer in answers} == {(422, answers[0].content)}
    assert pointers(answers[0]) == ["/assignee"]


def test_moving_to_another_queue_takes_the_ticket_out_of_sight(town, ticket, path):
    answer = town.agent.patch(path, json={"queue": "andere-entiteit"})

    assert (answer.status_code, answer.json()["queue"]) == (200, "andere-entiteit")
    assert town.agent.get(path).status_code == 404
    assert town.agent_other_queue.get(path).status_code == 200


def test_resolving_needs_category_and_resolution(town, ticket, path):
    category = factories.category().code

    nothing = town.agent.patch(path, json={"status": "resolved"})
    half = town.agent.patch(path, json={"status": "resolved", "category": category})
    emptied = town.agent.patch(path, json={"status": "resolved", "category": None, "resolution": RESOLUTION})

    assert (nothing.status_code, pointers(nothing)) == (422, ["/category", "/resolution"])
    assert (half.status_code, pointers(half)) == (422, ["/resolution"])
    assert (emptied.status_code, pointers(emptied)) == (422, ["/category"])
    assert Ticket.objects.get().category is None

    whole = town.agent.patch(path, json={"status": "resolved", "category": category, "resolution": RESOLUTION})

    stored = Ticket.objects.get()
    assert (whole.status_code, whole.json()["status"]) == (200, "resolved")
    assert (stored.solved_by, stored.avoidable) == ("helpdesk", True)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": "new"}, ["/status"]),
        ({"status": "gesloten"}, ["/status"]),
        ({"status": None}, ["/status"]),
        ({"subject": " "}, ["/subject"]),
        ({"subject": None}, ["/subject"]),
        ({"queue": "nergens"}, ["/queue"]),
        ({"queue": None}, ["/queue"]),
        ({"assignee": 5}, ["/assignee"]),
        ({"assignee": "x" * 21}, ["/assignee"]),
        ({"assignee": {"name": "Bram De Smet", "id": 7}}, ["/assignee"]),
        ({"application": "niets"}, ["/application"]),
        ({"category": "niets"}, ["/category"]),
        ({"organisation": "niets"}, ["/organisation"]),
        ({"resolution": {"solved_by": "niemand"}}, ["/resolution/solved_by", "/resolution/avoidable"]),
        ({"resolution": {"solved_by": "vendor", "avoidable": "true"}}, ["/resolution/avoidable"]),
        ({"resolution": None}, ["/resolution"]),
        ({"priority": "urgent"}, ["/priority"]),
        ({"requester": {"email": "x@y.example"}}, ["/requester"]),
    ],
)
def test_a_change_that_cannot_be_made_is_named_and_changes_nothing(town, ticket, path, changes, expected):
    town.agent.patch(path, json={"status": "open"})
    before = town.agent.get(path).content

    answer = town.agent.patch(path, json={"impact": "high"} | changes)

    assert (answer.status_code, pointers(answer)) == (422, expected)
    assert town.agent.get(path).content == before


def test_who_asked_closes_and_opens_again(town, ticket, path):
    closed = town.official.patch(path, json={"status": "closed"})
    opened = town.official.patch(path, json={"status": "open"})

    assert [(one.status_code, one.json()["status"]) for one in (closed, opened)] == [(200, "closed"), (200, "open")]


def test_who_asked_cannot_open_again_after_fourteen_days(town, ticket, path):
    town.official.patch(path, json={"status": "closed"})
    Ticket.objects.update(closed_at=timezone.now() - timedelta(days=14, minutes=1))

    answers = [
        town.official.patch(path, json={"status": "open"}),
        town.official.post(f"{path}/messages", json={"body": "Toch nog iets.", "kind": "public_reply"}),
        town.official.post(f"{path}/attachments", data={"file": letter()}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert Ticket.objects.get().status == "closed"


def letter():
    return SimpleUploadedFile("brief.pdf", b"%PDF-1.7")


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Iets anders"},
        {"status": "resolved"},
        {"status": "waiting_vendor"},
        {"status": "open"},
        {"assignee": "me"},
        {"assignee": "1"},
        {"queue": "andere-entiteit"},
        {"queue": "bestaat-niet"},
        {"impact": "high"},
        {"category": "toegang.geen_recht"},
        {"organisation": "OVO001234"},
        {"status": "closed", "urgency": "high"},
        {"resolution": RESOLUTION},
    ],
)
def test_who_asked_changes_nothing_else(town, ticket, path, changes):
    before = town.official.get(path).content

    answer = town.official.patch(path, json=changes)

    assert (answer.status_code, pointers(answer)) == (403, [])
    assert town.official.get(path).content == before


def test_an_empty_change_changes_nothing(town, ticket, path):
    before = town.agent.get(path).content

    answer = town.agent.patch(path, json={})

    assert (answer.status_code, answer.content) == (200, before)
    assert ticket.history.count() == 1
