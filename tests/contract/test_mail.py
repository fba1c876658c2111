"""Section 6: what a mail becomes, who may join a ticket by mail, and what goes out by itself."""

import re
from contextlib import closing

import pytest

from tests.contract.installation import texts_of
from tests.contract.mails import (
    HELP,
    deliver,
    letter,
    reply_address,
    stored_mails,
    ticket_with,
    tickets_with,
    words,
)
from tests.contract.visitor import Program, new_address

REPLY_ADDRESS = re.compile(r"(help\+[a-z2-7]+)@contactpunt\.example")
SERVERS = ("mx.een.example", "mx.twee.example")
REPORT = """\
From: MAILER-DAEMON@mx.lokeren.example\r
To: {to}\r
Subject: Undelivered Mail Returned to Sender\r
Return-Path: <>\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r
\r
--b\r
Content-Type: text/plain\r
\r
Your message could not be delivered.\r
\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.lokeren.example\r
\r
Final-Recipient: rfc822; {address}\r
Action: failed\r
Status: 5.1.1\r
Diagnostic-Code: smtp; 550 5.1.1 no such user\r
\r
--b\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: {message_id}\r
\r
--b--\r
"""


@pytest.fixture
def confirmed(product, agent):
    """A question that came by mail: its address, its ticket, and the confirmation that went out."""
    address, subject = new_address(), f"Vraag {words()}"
    deliver(product, letter(sender=f"Griet Vermeulen <{address}>", subject=subject))
    return address, ticket_with(agent, subject)["reference"], product.mail_to(address)


def test_a_mail_to_help_is_an_unverified_ticket_in_intake(product, agent, program):
    address, subject, text = new_address(), f"Vraag {words()}", words()
    deliver(product, letter(text, sender=f"Griet Vermeulen <{address}>", subject=subject))
    ticket = ticket_with(agent, subject)
    assert {name: ticket[name] for name in ("queue", "channel", "status", "identity_assurance", "message_count")} == {
        "queue": "intake",
        "channel": "email",
        "status": "new",
        "identity_assurance": "unverified",
        "message_count": 1,
    }
    assert (ticket["requester"]["name"], ticket["requester"]["email"]) == ("Griet Vermeulen", address)
    (message,) = agent.messages(ticket["reference"])
    assert (message["kind"], message["direction"], message["author"]["role"]) == (
        "public_reply",
        "inbound",
        "requester",
    )
    assert message["body_text"].strip() == text
    assert tickets_with(program("agent_other_queue"), subject) == []
    assert program("agent_other_queue")("GET", f"/tickets/{ticket['reference']}").status_code == 404


def test_the_same_mail_delivered_twice_is_one_ticket_with_one_confirmation(product, agent):
    address, subject = new_address(), f"Vraag {words()}"
    raw = letter(sender=address, subject=subject)
    deliver(product, raw, raw)
    deliver(product, raw)
    assert len(tickets_with(agent, subject)) == 1
    assert len(product.mails_to(address)) == 1


def test_it_is_confirmed_without_a_word_of_it_from_an_address_that_leads_back(product):
    address = new_address()
    typed = ["Zeldzaamnaam", "Zeldzaamonderwerp", "Zeldzaamverhaal"]
    deliver(product, letter(typed[2], sender=f"{typed[0]} <{address}>", subject=typed[1]))
    mail = product.mail_to(address)
    assert (mail["Auto-Submitted"], mail["Return-Path"]) == ("auto-replied", "<>")
    local_part = REPLY_ADDRESS.fullmatch(reply_address(mail))[1]
    assert len(local_part) <= 64
    assert not any(word.lower() in text.replace("=\n", "").lower() for text in texts_of(mail) for word in typed)


@pytest.mark.parametrize("case", [str, str.upper])
def test_an_answer_to_its_reply_address_joins_and_proves_the_address(product, agent, confirmed, case):
    address, reference, mail = confirmed
    text = words()
    deliver(product, letter(text, sender=address.upper(), to=case(reply_address(mail)), subject="Re: iets anders"))
    ticket = agent.ticket(reference)
    assert (ticket["identity_assurance"], ticket["message_count"]) == ("mail_verified", 2)
    message = agent.messages(reference)[-1]
    assert (message["body_text"].strip(), message["direction"], message["author"]["role"]) == (
        text,
        "inbound",
        "requester",
    )
    # An answer opens nothing, so nothing is confirmed again.
    assert len(product.mails_to(address)) == 1


def test_a_reply_address_in_somebody_elses_hands_opens_a_ticket_of_their_own(product, agent, confirmed):
    _address, reference, mail = confirmed
    thief, subject = new_address(), f"Re: {words()}"
    deliver(product, letter(sender=thief, to=reply_address(mail), subject=subject))
    other = ticket_with(agent, subject)
    assert (other["requester"]["email"], other["identity_assurance"]) == (thief, "unverified")
    assert [message["direction"] for message in agent.messages(reference)].count("inbound") == 1
    assert agent.ticket(reference)["identity_assurance"] == "unverified"
    assert reference not in "".join(texts_of(product.mail_to(thief)))


def test_references_with_the_address_of_the_requester_join_and_move_nothing(product, agent, confirmed):
    address, reference, mail = confirmed
    agent.write(reference, "Kan u een schermafdruk sturen?", status="waiting_requester")
    product.mail_to(address, 2)
    evil = new_address()
    deliver(product, letter(sender=address, cc=evil, in_reply_to=mail["Message-ID"], references=mail["Message-ID"]))
    ticket = agent.ticket(reference)
    assert (ticket["status"], ticket["identity_assurance"], ticket["message_count"]) == (
        "waiting_requester",
        "unverified",
        3,
    )
    assert (len(product.mails_to(address)), product.mails_to(evil)) == (2, [])


def test_references_with_another_address_open_a_ticket(product, agent, confirmed):
    _address, reference, mail = confirmed
    subject = f"Re: {words()}"
    deliver(product, letter(sender=new_address(), subject=subject, in_reply_to=mail["Message-ID"]))
    assert ticket_with(agent, subject)["reference"] != reference
    assert agent.ticket(reference)["message_count"] == 1


def test_the_number_of_a_ticket_lets_nobody_in(product, agent, confirmed):
    address, reference, _mail = confirmed
    subject = f"Re: {reference} {words()}"
    deliver(product, letter(sender=address, subject=subject))
    assert ticket_with(agent, subject)["reference"] != reference
    assert agent.ticket(reference)["message_count"] == 1


AUTOMATIC = {
    "auto_submitted": "auto-generated (rejected)",
    "precedence": "bulk",
    "list_id": "<nieuws.lokeren.example>",
    "x_autoreply": "yes",
    "return_path": "<>",
}


def test_mail_of_machines_is_ignored_and_answered_by_none(product, agent):
    addresses = {field: new_address() for field in AUTOMATIC}
    subject = f"Afwezig {words()}"
    mails = [letter(sender=addresses[name], subject=subject, **{name: value}) for name, value in AUTOMATIC.items()]
    ids = deliver(product, *mails)
    known = stored_mails(product)
    found = [known[inbound_id] for inbound_id in ids]
    assert [(mail["state"], mail["ticket"]) for mail in found] == [("ignored", None)] * len(ids)
    assert all(mail["reason"] and mail["automatic"] for mail in found)
    assert tickets_with(agent, subject) == []
    assert [product.mails_to(address) for address in addresses.values()] == [[]] * len(ids)


def test_a_responder_with_a_reply_address_joins_and_moves_nothing(product, agent, confirmed):
    address, reference, mail = confirmed
    agent.write(reference, "Kan u een schermafdruk sturen?", status="waiting_requester")
    deliver(product, letter(sender=address, to=reply_address(mail), auto_submitted="auto-replied"))
    ticket = agent.ticket(reference)
    assert (ticket["status"], ticket["message_count"]) == ("waiting_requester", 3)
    assert len(product.mails_to(address)) == 2


@pytest.mark.parametrize("to", ["the reply address", "help"])
def test_a_mail_that_comes_back_marks_its_delivery_and_opens_nothing(product, agent, confirmed, to):
    address, reference, _mail = confirmed
    agent.write(reference, "Het recht staat klaar.")
    answer = product.mail_to(address, 2)
    recipient = reply_address(answer) if to == "the reply address" else HELP
    report = REPORT.format(to=recipient, address=address, message_id=answer["Message-ID"]).encode()
    (inbound_id,) = deliver(product, report)
    (delivery,) = agent.messages(reference)[-1]["delivery"]
    assert (delivery["address"], delivery["state"]) == (address, "failed")
    assert "no such user" in delivery["last_error"]
    (confirmation,) = agent.messages(reference)[0]["delivery"]
    assert confirmation["state"] == "sent"
    mail = stored_mails(product)[inbound_id]
    assert (mail["state"], mail["ticket"]) == ("processed", reference)
    assert len(product.mails_to(address)) == 2


def test_only_the_server_we_trust_verifies_a_sender(another_product):
    installation = another_product()
    for trusted in SERVERS:
        installation.variables["TRUSTED_AUTHSERV_ID"] = trusted
        installation.start()
        verdicts = {server: f"{server}; dmarc=pass (p=REJECT) header.from=lokeren.example" for server in SERVERS}
        subjects = {server: f"Vraag {words()}" for server in SERVERS}
        mails = [letter(subject=subjects[server], authentication_results=verdicts[server]) for server in SERVERS]
        ids = deliver(installation, *mails)
        with closing(Program(installation, "agent").client) as client:
            newest = client.get("/tickets", params={"order": "-last_message_at"}).json()["items"]
        proven = {ticket["subject"]: ticket["identity_assurance"] for ticket in newest}
        expected = {server: "mail_verified" if server == trusted else "unverified" for server in SERVERS}
        assert {server: proven[subject] for server, subject in subjects.items()} == expected
        known = stored_mails(installation)
        assert [known[inbound_id]["verified"] for inbound_id in ids] == [server == trusted for server in SERVERS]
        installation.stop()
