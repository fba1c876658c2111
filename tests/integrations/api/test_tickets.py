"""Asking over the API, and reading what was asked, as the interface contract says."""

import pytest
from django.utils import timezone

from helpdesk.accounts.models import Person
from helpdesk.kernel.redaction import MASK
from helpdesk.submissions.models import SubmissionLink
from helpdesk.tickets.models import Message, MessageBody, Ticket
from helpdesk.tickets.services import NewMessage, add_note, reply_to_ticket
from tests import factories
from tests.integrations.api.problems import pointers

KEYS = {
    "reference", "subject", "ticket_type", "status", "status_category", "impact", "urgency", "priority", "channel",
    "queue", "assignee", "requester", "organisation", "application", "category", "identity_assurance", "created_at",
    "updated_at", "last_message_at", "message_count", "submissions",
}  # fmt: skip
QUESTION = {"subject": "Ik geraak niet binnen", "body": "Ik krijg een foutmelding."}
SUBMISSION = "5f3f9c2e-0b1d-4c1a-9d55-1f7f0d3f8a11"
DEEP_LINK = f"https://loket.lokaalbestuur.vlaanderen.be/supervision/submissions/{SUBMISSION}"
URI = f"http://data.lblod.info/submissions/{SUBMISSION}"


def stamp(moment):
    return moment.isoformat().replace("+00:00", "Z")


def test_an_official_asks_in_their_own_name(town):
    application = factories.application("loket", queue=town.other_queue)

    answer = town.official.post(
        "/tickets",
        json=QUESTION
        | {
            "ticket_type": "incident",
            "application": application.slug,
            "organisation": "0207.437.468",
            "impact": "high",
            "urgency": "high",
            "submissions": [DEEP_LINK, URI],
        },
    )

    ticket = Ticket.objects.get()
    assert answer.status_code == 201
    assert answer["Location"] == f"http://127.0.0.1:8000/api/v1/tickets/{ticket.reference}"
    assert answer.json() == {
        "reference": ticket.reference,
        "subject": "Ik geraak niet binnen",
        "ticket_type": "incident",
        "status": "new",
        "status_category": "new",
        "impact": "high",
        "urgency": "high",
        "priority": "urgent",
        "channel": "api",
        "queue": "andere-entiteit",
        "assignee": None,
        "requester": {
            "id": str(town.users.official.person_id),
            "name": "An Peeters",
            "email": "an.peeters@aalter.example",
        },
        "organisation": {
            "uri": town.aalter.uri,
            "name": "Aalter",
            "kbo_number": "0207437468",
            "ovo_code": "OVO001234",
            "proven": True,
        },
        "application": "loket",
        "category": None,
        "identity_assurance": "acm_idm",
        "created_at": stamp(ticket.created_at),
        "updated_at": stamp(ticket.created_at),
        "last_message_at": stamp(ticket.created_at),
        "message_count": 1,
        "submissions": [{"uri": URI, "url": DEEP_LINK}],
    }
    assert town.official.get(answer["Location"].removeprefix("http://127.0.0.1:8000")).content == answer.content


@pytest.mark.parametrize("code", ["aalter-uri", "0207437468", "0207.437.468", "OVO001234", "ovo001234"])
def test_an_organisation_is_named_by_uri_kbo_or_ovo(town, code):
    code = town.aalter.uri if code == "aalter-uri" else code

    answer = town.other_official.post("/tickets", json=QUESTION | {"organisation": code})

    # Fatima works elsewhere: for her it is a claim.
    assert answer.json()["organisation"]["uri"] == town.aalter.uri
    assert answer.json()["organisation"]["proven"] is False


@pytest.mark.parametrize("caller", ["agent", "integration"])
def test_the_desk_and_integrations_ask_in_somebody_elses_name(town, caller):
    requester = {"name": "Jan  Janssens", "email": "Jan.Janssens@aalst.example"}

    answer = getattr(town, caller).post("/tickets", json=QUESTION | {"requester": requester, "channel": "phone"})

    shown = answer.json()
    person = Person.objects.get(name="Jan Janssens")
    assert answer.status_code == 201
    assert shown["requester"] == {"id": str(person.pk), "name": "Jan Janssens", "email": "Jan.Janssens@aalst.example"}
    assert (shown["channel"], shown["identity_assurance"]) == ("phone", "unverified")


def test_an_agent_may_ask_for_a_queue_that_others_serve(town):
    factories.application("loket", queue=town.other_queue)
    requester = {"name": "Jan Janssens", "email": "jan@aalst.example"}

    answer = town.agent.post(
        "/tickets", json=QUESTION | {"application": "loket", "requester": requester, "submissions": [URI]}
    )

    assert (answer.status_code, answer.json()["queue"]) == (201, "andere-entiteit")
    assert [submission["uri"] for submission in answer.json()["submissions"]] == [URI]


def test_an_official_cannot_ask_in_somebody_elses_name(town):
    answer = town.official.post(
        "/tickets", json=QUESTION | {"requester": {"name": "Koen Wouters", "email": "koen@aalter.example"}}
    )

    assert answer.status_code == 403
    assert pointers(answer) == []
    assert not Ticket.objects.exists()


def test_an_integration_says_who_asks(town):
    answer = town.integration.post("/tickets", json=QUESTION)

    assert (answer.status_code, pointers(answer)) == (422, ["/requester"])


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"subject": ""}, ["/subject"]),
        ({"subject": " \u0000\u202e "}, ["/subject"]),
        ({"subject": "x" * 201}, ["/subject"]),
        ({"subject": None}, ["/subject"]),
        ({"subject": 5, "body": []}, ["/subject", "/body"]),
        ({"body": "x" * 100_001}, ["/body"]),
        ({"ticket_type": "vraag"}, ["/ticket_type"]),
        ({"impact": "urgent", "urgency": "urgent"}, ["/impact", "/urgency"]),
        ({"channel": "email"}, ["/channel"]),
        ({"application": "bestaat-niet"}, ["/application"]),
        ({"organisation": "Aalter"}, ["/organisation"]),
        ({"organisation": "0000000000"}, ["/organisation"]),
        ({"organisation": "http://data.lblod.info/id/bestuurseenheden/niets"}, ["/organisation"]),
        ({"submissions": ["https://elders.example/x", URI]}, ["/submissions/0"]),
        ({"submissions": [URI, f"zie {URI}"]}, ["/submissions/1"]),
        ({"submissions": [URI] * 21}, ["/submissions"]),
        ({"requester": {"name": "", "email": "geen adres"}}, ["/requester/email", "/requester/name"]),
        ({"requester": {"name": "Jan"}}, ["/requester/email"]),
        ({"requester": "Jan"}, ["/requester"]),
        ({"identity_assurance": "acm_idm", "a/b~": 1}, ["/identity_assurance", "/a~1b~0"]),
    ],
)
def test_each_wrong_field_is_named(town, fields, expected):
    answer = town.agent.post("/tickets", json=QUESTION | fields)

    assert (answer.status_code, pointers(answer)) == (422, expected)
    assert not Ticket.objects.exists()


def test_fields_that_are_missing_are_named(town):
    answer = town.official.post("/tickets", json={})

    assert (answer.status_code, pointers(answer)) == (422, ["/subject", "/body"])


@pytest.mark.parametrize(
    "field",
    ["priority", "status", "queue", "assignee", "created_at", "identity_assurance", "is_staff", "role", "reference"],
)
def test_no_request_sets_what_is_not_its_to_set(town, ticket, path, field):
    before = town.agent.get(path).content

    asked = town.agent.post("/tickets", json=QUESTION | {field: "high"})
    changed = town.agent.patch(path, json={field: "high"})

    assert (asked.status_code, changed.status_code) == (422, 422)
    assert pointers(asked) == [f"/{field}"]
    assert pointers(changed) == [f"/{field}"]
    assert town.agent.get(path).content == before
    assert Ticket.objects.count() == 1


def test_a_rijksregisternummer_is_masked_before_it_is_stored(town):
    answer = town.official.post(
        "/tickets", json={"subject": "Mijn nummer 85.07.30-033.28", "body": "Het is 85.07.30-033.28."}
    )

    assert answer.json()["subject"] == f"Mijn nummer {MASK}"
    assert MessageBody.objects.get().text == f"Het is {MASK}."


def test_the_body_of_a_ticket_is_its_first_message(town):
    answer = town.official.post("/tickets", json=QUESTION | {"body": "Eerste\r\nregel"})

    items = town.official.get(f"/tickets/{answer.json()['reference']}/messages").json()["items"]
    assert [(item["seq"], item["body_text"], item["direction"]) for item in items] == [(1, "Eerste\nregel", "inbound")]


def test_a_reference_is_read_in_any_spelling(town, ticket):
    spelled = ticket.reference.lower().replace("-", "%20")

    assert town.official.get(f"/tickets/{spelled}").json()["reference"] == ticket.reference


def test_a_ticket_has_the_fields_of_the_contract_for_everybody(town, ticket, path):
    for caller in (town.official, town.agent, town.integration):
        shown = caller.get(path).json()
        assert set(shown) == KEYS
        assert set(shown["requester"]) == {"id", "name", "email"}
        assert set(shown["organisation"]) == {"uri", "name", "kbo_number", "ovo_code", "proven"}


def test_an_internal_note_leaves_no_trace_for_who_asked(town, ticket, path):
    """A time, a number or an ETag that moves would tell that the desk talks about them."""
    actor = factories.actor(town.users.agent)
    reply_to_ticket(actor=actor, ticket=ticket, new=NewMessage(body="Wij kijken dit na."))
    paths = (path, f"{path}/messages", f"{path}/history", "/tickets", "/tickets?order=created_at")
    before = [town.official.get(one).content for one in paths]
    desk_before = town.agent.get(path).json()
    since = stamp(timezone.now())

    add_note(actor=actor, ticket=ticket, new=NewMessage(body="Dit is de derde keer."))

    assert [town.official.get(one).content for one in paths] == before
    assert town.official.get(f"/tickets?updated_since={since}").json()["items"] == []
    desk = town.agent.get(path).json()
    assert (desk["message_count"], desk["updated_at"] > desk_before["updated_at"]) == (3, True)
    assert [item["reference"] for item in town.agent.get(f"/tickets?updated_since={since}").json()["items"]] == [
        ticket.reference
    ]


def test_nothing_is_written_when_the_submission_cannot_be_linked(town):
    town.official.post("/tickets", json=QUESTION | {"submissions": ["geen"]})

    assert (Ticket.objects.count(), Message.objects.count(), SubmissionLink.objects.count()) == (0, 0, 0)
