"""Section 4: messages and attachments."""

import hashlib

import pytest

from tests.contract.installation import wait_for
from tests.contract.shapes import is_attachment, is_message, is_problem, pointers

MB = 1024 * 1024


def upload(program, reference, name="scherm.png", content=b"picture"):
    answer = program("POST", f"/tickets/{reference}/attachments", files={"file": (name, content, "image/png")})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_public_reply_goes_out_to_the_requester(product, agent):
    ticket = agent.open()
    message = agent.write(ticket["reference"], "Het recht staat klaar.")
    assert is_message(message)
    assert (message["seq"], message["kind"], message["direction"]) == (2, "public_reply", "outbound")
    assert message["author"] == {"name": product.personas["agent"]["name"], "role": "agent"}
    assert message["body_text"] == "Het recht staat klaar."
    address = ticket["requester"]["email"]

    def sent():
        delivery = agent.messages(ticket["reference"])[-1]["delivery"]
        return [row for row in delivery if (row["address"], row["state"]) == (address, "sent")]

    (delivery,) = wait_for(sent, "the reply is not mailed")
    assert delivery == {"address": address, "state": "sent", "attempts": 1, "last_error": ""}
    assert agent.ticket(ticket["reference"])["status"] == "open"


def test_an_internal_note_stays_with_the_desk(official, agent):
    reference = official.open()["reference"]
    before = official("GET", f"/tickets/{reference}").headers["etag"]
    note = agent.write(reference, "Alleen voor ons.", "internal_note")
    assert is_message(note)
    assert (note["kind"], note["direction"], note["delivery"]) == ("internal_note", "internal", [])
    assert [row["kind"] for row in agent.messages(reference)] == ["public_reply", "internal_note"]
    assert [row["kind"] for row in official.messages(reference)] == ["public_reply"]
    # Not even that there is one: nothing in what the official sees of the ticket changed.
    assert official("GET", f"/tickets/{reference}").headers["etag"] == before


def test_an_official_cannot_write_a_note(program):
    official = program("colleague")
    reference = official.open()["reference"]
    answer = official("POST", f"/tickets/{reference}/messages", json={"body": "x", "kind": "internal_note"})
    assert answer.status_code in {403, 404, 422}
    assert len(official.messages(reference)) == 1


def test_the_requester_replies(program):
    official = program("colleague")
    reference = official.open()["reference"]
    message = official.write(reference, "Het lukt nog niet.")
    assert is_message(message)
    assert (message["direction"], message["author"]["role"], message["delivery"]) == ("inbound", "requester", [])


def test_a_reply_may_set_the_status(agent):
    reference = agent.open()["reference"]
    agent.write(reference, "Lukt het zo?", status="waiting_requester")
    assert agent.ticket(reference)["status"] == "waiting_requester"


def test_messages_come_oldest_first(agent):
    reference = agent.open()["reference"]
    for number in range(3):
        agent.write(reference, f"Nota {number}", "internal_note")
    seqs = [message["seq"] for message in agent.messages(reference)]
    assert seqs == [1, 2, 3, 4]
    page = agent.read(f"/tickets/{reference}/messages", limit=3)
    assert [message["seq"] for message in page["items"]] == [1, 2, 3]
    assert [message["seq"] for message in agent.client.get(page["next"]).json()["items"]] == [4]


@pytest.mark.parametrize(
    ("message", "wrong"),
    [
        ({"kind": "public_reply"}, ["/body"]),
        ({"body": "x"}, ["/kind"]),
        ({"body": "x", "kind": "chat"}, ["/kind"]),
        ({"body": "x", "kind": "public_reply", "status": "lost"}, ["/status"]),
        ({"body": "x", "kind": "public_reply", "attachment_ids": ["1"]}, ["/attachment_ids/0"]),
    ],
)
def test_what_is_wrong_is_named(agent, message, wrong):
    reference = agent.open()["reference"]
    answer = agent("POST", f"/tickets/{reference}/messages", json=message)
    assert is_problem(answer, 422)
    assert pointers(answer) == wrong
    assert len(agent.messages(reference)) == 1


def test_html_typed_is_text(agent):
    reference = agent.open()["reference"]
    typed = "<script>alert(1)</script> & <b>vet</b>"
    message = agent.write(reference, typed, "internal_note")
    assert message["body_text"] == typed
    assert "<script" not in message["body_html"]
    assert "<b>" not in message["body_html"]
    assert "&lt;script&gt;" in message["body_html"]


def test_an_attachment_is_uploaded_sent_and_fetched_with_the_token(product, agent, official):
    reference = official.open()["reference"]
    attachment = upload(agent, reference, content=b"\x89PNG picture")
    assert is_attachment(attachment)
    assert (attachment["filename"], attachment["size"]) == ("scherm.png", 12)
    assert attachment["sha256"] == hashlib.sha256(b"\x89PNG picture").hexdigest()
    message = agent.write(reference, "Zie bijlage.", attachment_ids=[attachment["id"]])
    assert message["attachments"] == [attachment]
    (seen,) = official.messages(reference)[-1]["attachments"]
    answer = official.client.get(seen["url"])
    assert answer.content == b"\x89PNG picture"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_an_attachment_is_for_who_sees_its_message(program, agent, official):
    reference = official.open()["reference"]
    public, internal = upload(agent, reference), upload(agent, reference, "nota.txt")
    agent.write(reference, "Antwoord", attachment_ids=[public["id"]])
    agent.write(reference, "Nota", "internal_note", attachment_ids=[internal["id"]])
    assert official.client.get(public["url"]).status_code == 200
    assert is_problem(official.client.get(internal["url"]), 404)
    for persona in ("colleague", "agent_other_queue"):
        assert is_problem(program(persona).client.get(public["url"]), 404)
    assert is_problem(program().client.get(public["url"]), 401)


def test_an_attachment_belongs_to_one_message_of_its_uploader(agent, program):
    reference, other = agent.open()["reference"], agent.open()["reference"]
    attachment = upload(agent, reference)
    agent.write(reference, "Eerste", "internal_note", attachment_ids=[attachment["id"]])
    for program_, ticket in ((agent, reference), (agent, other), (program("supervisor"), reference)):
        again = {"body": "x", "kind": "internal_note", "attachment_ids": [attachment["id"]]}
        assert pointers(program_("POST", f"/tickets/{ticket}/messages", json=again)) == ["/attachment_ids"]


def test_a_file_over_25_mb_is_refused(agent):
    reference = agent.open()["reference"]
    files = {"file": ("groot.bin", bytes(25 * MB + 1))}
    answer = agent("POST", f"/tickets/{reference}/attachments", files=files)
    assert is_problem(answer, 422)
    assert pointers(answer) == ["/file"]


def test_an_upload_without_a_file_is_refused(agent):
    reference = agent.open()["reference"]
    answer = agent("POST", f"/tickets/{reference}/attachments", files={"other": ("x", b"x")})
    assert is_problem(answer, 422)
    assert pointers(answer) == ["/file"]
