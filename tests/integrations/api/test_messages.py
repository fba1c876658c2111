"""The conversation over the API."""

import pytest

from helpdesk.tickets.models import Message, MessageDelivery, Ticket
from helpdesk.tickets.services import NewMessage, add_note, reply_to_ticket
from tests import factories
from tests.integrations.api.problems import pointers

KEYS = {
    "id", "seq", "kind", "direction", "author", "body_text", "body_html", "created_at", "attachments", "delivery",
}  # fmt: skip
REPLY = {"body": "Wij kijken dit na.", "kind": "public_reply"}
NOTE = {"body": "Dit is de derde keer.", "kind": "internal_note"}


def test_an_agents_reply_is_a_message_with_its_delivery(town, ticket, path):
    answer = town.agent.post(f"{path}/messages", json=REPLY)

    message = Message.objects.get(seq=2)
    assert answer.status_code == 201
    assert answer.json() == {
        "id": str(message.pk),
        "seq": 2,
        "kind": "public_reply",
        "direction": "outbound",
        "author": {"name": "Bram De Smet", "role": "agent"},
        "body_text": "Wij kijken dit na.",
        "body_html": "<p>Wij kijken dit na.</p>",
        "created_at": message.created_at.isoformat().replace("+00:00", "Z"),
        "attachments": [],
        "delivery": [{"address": "an.peeters@aalter.example", "state": "queued", "attempts": 0, "last_error": ""}],
    }
    assert town.agent.get(f"{path}/messages").json()["items"][1] == answer.json()
    assert town.agent.get(path).json()["status"] == "open"


def test_who_asked_reads_the_answer_but_not_to_whom_it_was_mailed(town, ticket, path):
    sent = town.agent.post(f"{path}/messages", json=REPLY).json()

    answer = town.official.get(f"{path}/messages")

    assert answer.json()["items"][1] == sent | {"delivery": []}
    assert all(set(item) == KEYS for item in answer.json()["items"])


def test_an_internal_note_is_seen_by_the_desk_only(town, ticket, path):
    sent = town.agent.post(f"{path}/messages", json=NOTE)

    assert (sent.status_code, sent.json()["kind"], sent.json()["direction"]) == (201, "internal_note", "internal")
    assert sent.json()["delivery"] == []
    assert not MessageDelivery.objects.exists()
    assert [item["seq"] for item in town.integration.get(f"{path}/messages").json()["items"]] == [1, 2]
    shown = town.official.get(f"{path}/messages")
    assert [item["seq"] for item in shown.json()["items"]] == [1]
    assert b"derde keer" not in shown.content


def test_who_asked_writes_no_notes(town, ticket, path):
    answer = town.official.post(f"{path}/messages", json=NOTE)

    assert (answer.status_code, pointers(answer)) == (403, [])
    assert Message.objects.count() == 1


def test_who_asked_replies_and_the_ticket_is_the_desks_again(town, ticket, path):
    town.agent.post(f"{path}/messages", json=REPLY | {"status": "waiting_requester"})

    answer = town.official.post(f"{path}/messages", json={"body": "Het lukt nog niet.", "kind": "public_reply"})

    assert answer.json()["author"] == {"name": "An Peeters", "role": "requester"}
    assert (answer.json()["direction"], answer.json()["delivery"]) == ("inbound", [])
    assert town.official.get(path).json()["status"] == "open"


def test_an_integrations_reply_is_the_contact_points(town, ticket, path):
    answer = town.integration.post(f"{path}/messages", json=REPLY)

    assert answer.json()["author"] == {"name": "Het contactpunt", "role": "agent"}


def test_a_message_and_a_status_are_one_step(town, ticket, path):
    answer = town.agent.post(f"{path}/messages", json=NOTE | {"status": "waiting_vendor"})

    assert answer.status_code == 201
    assert town.agent.get(path).json()["status"] == "waiting_vendor"


@pytest.mark.parametrize("kind", ["public_reply", "internal_note"])
@pytest.mark.parametrize("status", ["new", "resolved"])
def test_a_status_that_cannot_be_reached_keeps_the_message_out(town, ticket, path, kind, status):
    """Resolving by a message would learn nothing: no category, no resolution."""
    town.agent.patch(path, json={"status": "open"})

    answer = town.agent.post(f"{path}/messages", json={"body": "Klaar.", "kind": kind, "status": status})

    assert (answer.status_code, pointers(answer)) == (422, ["/status"])
    assert (Message.objects.count(), Ticket.objects.get().status) == (1, "open")


def test_who_asked_closes_with_a_last_word(town, ticket, path):
    thanks = {"body": "Het is in orde, bedankt.", "kind": "public_reply"}

    assert town.official.post(f"{path}/messages", json=thanks | {"status": "closed"}).status_code == 201
    assert Ticket.objects.get().status == "closed"
    # A word after closing opens it again, as it does on every channel.
    assert town.official.post(f"{path}/messages", json=thanks | {"status": "open"}).status_code == 201
    refused = town.official.post(f"{path}/messages", json=thanks | {"status": "resolved"})
    assert (refused.status_code, Message.objects.count(), Ticket.objects.get().status) == (403, 3, "open")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"kind": "chat"}, ["/kind"]),
        ({"kind": "system"}, ["/kind"]),
        ({"kind": None}, ["/kind"]),
        ({"body": ""}, ["/body"]),
        ({"body": "\u0007"}, ["/body"]),
        ({"status": "klaar"}, ["/status"]),
        ({"attachment_ids": ["x"]}, ["/attachment_ids/0"]),
        ({"attachment_ids": "x"}, ["/attachment_ids"]),
        ({"attachment_ids": ["00000000-0000-4000-8000-000000000000"]}, ["/attachment_ids"]),
        ({"author": {"name": "Bram De Smet", "role": "agent"}}, ["/author"]),
        ({"seq": 1, "direction": "outbound"}, ["/seq", "/direction"]),
        ({"created_at": "2020-01-01T00:00:00Z"}, ["/created_at"]),
    ],
)
def test_each_wrong_field_is_named(town, ticket, path, fields, expected):
    answer = town.agent.post(f"{path}/messages", json=REPLY | fields)

    assert (answer.status_code, pointers(answer)) == (422, expected)
    assert Message.objects.count() == 1


def test_kind_and_body_are_required(town, ticket, path):
    answer = town.agent.post(f"{path}/messages", json={})

    assert (answer.status_code, pointers(answer)) == (422, ["/body", "/kind"])


def test_messages_are_paged_oldest_first(town, ticket, path):
    actor = factories.actor(town.users.agent)
    for number in range(2, 6):
        write = add_note if number == 3 else reply_to_ticket
        write(actor=actor, ticket=ticket, new=NewMessage(body=f"Regel {number}"))

    def pages(program):
        address, found = f"{path}/messages?limit=2", []
        while address:
            page = program.get(address).json()
            found.append([item["seq"] for item in page["items"]])
            address = page["next"] and page["next"].removeprefix("http://127.0.0.1:8000")
        return found

    assert pages(town.agent) == [[1, 2], [3, 4], [5]]
    assert pages(town.official) == [[1, 2], [4, 5]]


def test_html_is_made_from_the_text_and_nothing_else(town, ticket, path):
    body = "<b>Zie</b> https://loket.be/a?b=1&c=2\n\nGroet"

    shown = town.official.post(f"{path}/messages", json={"body": body, "kind": "public_reply"}).json()

    assert shown["body_text"] == body
    assert shown["body_html"] == (
        '<p>&lt;b&gt;Zie&lt;/b&gt; <a href="https://loket.be/a?b=1&amp;c=2" rel="nofollow noopener noreferrer">'
        "https://loket.be/a?b=1&amp;c=2</a></p>\n<p>Groet</p>"
    )
