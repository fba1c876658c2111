"""Section 3: the confirmation, the link in it, and what the link opens."""

import re
from email.utils import parseaddr

import pytest

from tests.contract.installation import texts_of
from tests.contract.visitor import CSRF, link_to, new_address, question

REPLY_ADDRESS = re.compile(r"help\+[a-z2-7]+@contactpunt\.example")


def anonymous(visitor, program, address):
    return visitor().ask(email=address)


def by_agent(visitor, program, address):
    return program("agent").open(requester={"email": address, "name": "Griet"})["reference"]


def by_phone(visitor, program, address):
    asked = {"email": address, "name": "Griet", "subject": "Gebeld", "body": "Kan niet aanmelden."}
    page = visitor("agent").send("/desk/nieuw/", asked)
    assert page.status == 303
    return re.search(r"AP-[^/]+", page.answer.headers["location"])[0]


@pytest.mark.parametrize("channel", [anonymous, by_agent, by_phone])
def test_every_opened_ticket_mails_its_requester_one_confirmation(product, visitor, program, channel):
    address = new_address()
    reference = channel(visitor, program, address)
    mail = product.mail_to(address)
    product.settle()
    assert len(product.mails_to(address)) == 1
    assert reference in mail["Subject"]
    assert re.search(re.escape(product.base_url) + r"/t/[^/\s]+/", mail.get_body(("plain",)).get_content())


@pytest.mark.parametrize("way", ["form", "token"])
def test_who_signed_in_gets_one_too(product, visitor, program, way):
    # Two who ask nothing elsewhere: one address gets three of these mails an hour.
    persona = "editor" if way == "form" else "supervisor"
    if way == "form":
        reference = visitor(persona).ask()
    else:
        reference = program(persona)("POST", "/tickets", json={"subject": "x", "body": "y"}).json()["reference"]
    assert link_to(product, product.personas[persona]["email"], reference)


def test_the_confirmation_holds_nothing_the_sender_typed(product, stranger):
    asked = question(
        name="Zeldzamenaam", subject="Zeldzaamonderwerp", body="Zeldzaamverhaal", organisation="Zeldzaambestuur"
    )
    stranger.send("/melden/", asked, files=[("attachments", ("zeldzaambestand.txt", b"x", "text/plain"))])
    mail = product.mail_to(asked["email"])
    for text in texts_of(mail):
        assert "zeldza" not in text.replace("=\n", "").lower()
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_the_confirmation_says_that_it_is_automatic_and_wants_no_bounce(product, stranger):
    asked = question()
    stranger.send("/melden/", asked)
    mail = product.mail_to(asked["email"])
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["Return-Path"] == "<>"
    assert parseaddr(mail["From"])[1] == "help@contactpunt.example"
    assert mail["Message-ID"]


def test_an_agents_reply_is_no_automatic_mail_and_comes_from_the_reply_address(product, agent):
    address = new_address()
    reference = agent.open(requester={"email": address, "name": "Griet"})["reference"]
    product.mail_to(address)
    agent.write(reference, "Het recht staat klaar.")
    mail = product.mail_to(address, 2)
    assert "Auto-Submitted" not in mail
    assert "Het recht staat klaar." in mail.get_body(("plain",)).get_content()
    reply_to = parseaddr(mail["Reply-To"])[1]
    assert REPLY_ADDRESS.fullmatch(reply_to)
    assert len(reply_to.partition("@")[0]) <= 64
    assert product.mails_to(address)[0]["Message-ID"] in mail["References"]


def test_an_internal_note_mails_nobody(product, agent):
    address = new_address()
    reference = agent.open(requester={"email": address, "name": "Griet"})["reference"]
    product.mail_to(address)
    agent.write(reference, "Alleen voor ons.", "internal_note")
    product.settle()
    assert len(product.mails_to(address)) == 1


def test_one_address_gets_three_automatic_mails_an_hour_and_every_question_is_accepted(product, visitor, agent):
    address = new_address()
    references = [visitor().ask(email=address) for _ in range(4)]
    product.settle()
    assert len(product.mails_to(address)) == 3
    assert [agent.ticket(reference)["requester"]["email"] for reference in references] == [address] * 4


def test_links_are_long_different_and_stored_hashed(product, stranger):
    tokens = [stranger.ask_with_link()[1].split("/")[2] for _ in range(2)]
    assert len(set(tokens)) == 2
    assert all(re.fullmatch(r"[\w-]{22,}", token) for token in tokens)
    stored = product.everything_stored()
    assert not any(token.encode() in stored for token in tokens)


def test_opening_the_link_shows_the_question_and_changes_nothing(stranger, visitor, agent):
    asked = question()
    reference, link = stranger.ask_with_link(**asked)
    before = agent("GET", f"/tickets/{reference}").headers["etag"]
    history = agent.read(f"/tickets/{reference}/history")
    holder = visitor()
    page = holder.get(link)
    assert page.status == 200
    assert reference in page.text
    assert asked["subject"] in page.text
    assert asked["body"] in page.text
    assert holder.client.head(link).status_code == 200
    assert holder.get(f"{link}bevestigen/").status == 405
    assert agent("GET", f"/tickets/{reference}").headers["etag"] == before
    assert agent.read(f"/tickets/{reference}/history") == history
    assert agent.ticket(reference)["identity_assurance"] == "unverified"


def test_confirming_proves_the_address(stranger, visitor, agent):
    reference, link = stranger.ask_with_link()
    holder = visitor()
    page = holder.get(link)
    (button,) = page.soup.select(f"form[action='{link}bevestigen/'] button")
    assert " ".join(button.get_text().split()) == "Ja, dit is mijn vraag"
    done = holder.send(link, to=f"{link}bevestigen/")
    assert (done.status, done.answer.headers["location"]) == (303, link)
    assert not holder.get(link).has("form[action$='bevestigen/']")
    assert agent.ticket(reference)["identity_assurance"] == "mail_verified"


def test_a_reply_through_the_link_proves_the_address_too(stranger, visitor, agent):
    reference, link = stranger.ask_with_link()
    files = [("attachments", ("scherm.png", b"picture", "image/png"))]
    assert visitor().send(link, {"body": "Hier is mijn scherm."}, files=files).status == 303
    ticket = agent.ticket(reference)
    assert (ticket["identity_assurance"], ticket["message_count"]) == ("mail_verified", 2)
    message = agent.messages(reference)[-1]
    assert (message["body_text"], message["author"]["role"]) == ("Hier is mijn scherm.", "requester")
    assert [row["filename"] for row in message["attachments"]] == ["scherm.png"]


def test_nothing_happens_without_the_token_of_the_page(stranger, visitor, agent):
    reference, link = stranger.ask_with_link()
    holder = visitor()
    assert holder.post(f"{link}bevestigen/").status == 403
    refused = holder.post(link, {"body": "Mijn antwoord"})
    assert refused.status == 403
    assert refused.value("body") == "Mijn antwoord"
    assert agent.ticket(reference)["identity_assurance"] == "unverified"
    assert holder.post(link, {"body": "Mijn antwoord", CSRF: refused.token}).status == 303
    assert agent.ticket(reference)["message_count"] == 2


def test_an_empty_reply_is_refused_and_its_files_kept(stranger, visitor, agent):
    reference, link = stranger.ask_with_link()
    holder = visitor()
    page = holder.send(link, {"body": ""}, files=[("attachments", ("scherm.png", b"picture", "image/png"))])
    assert page.status == 422
    assert len(page.kept) == 1
    assert holder.post(link, {"body": "Nu wel", "kept": page.kept, CSRF: page.token}).status == 303
    assert [row["filename"] for row in agent.messages(reference)[-1]["attachments"]] == ["scherm.png"]


def test_a_link_opens_one_question_only(stranger, visitor, agent):
    first, link = stranger.ask_with_link()
    second, _other = stranger.ask_with_link()
    page = visitor().get(link)
    assert second not in page.answer.text
    changed = "y" if link[-2] == "x" else "x"
    assert visitor().get(f"{link[:-2]}{changed}/").status == 404
    assert agent.ticket(first)["reference"] == first


def test_a_new_link_can_be_asked_for(product, stranger, visitor):
    asked = question()
    reference = stranger.follow(stranger.send("/melden/", asked)).reference
    product.mail_to(asked["email"])
    typed = {"reference": reference.lower().replace("-", " "), "email": asked["email"]}
    answer = visitor().send("/t/", typed)
    mail = product.mail_to(asked["email"], 2)
    assert mail["Auto-Submitted"] == "auto-generated"
    link = re.search(r"/t/[^/\s]+/", mail.get_body(("plain",)).get_content())[0]
    assert visitor().get(link).status == 200
    unknown = visitor().send("/t/", typed | {"email": new_address()})
    assert (unknown.status, unknown.answer.headers["location"]) == (303, answer.answer.headers["location"])


def test_a_stranger_gets_no_new_link_to_somebody_elses_question(product, stranger, visitor):
    reference, thief = stranger.ask(), new_address()
    assert visitor().send("/t/", {"reference": reference, "email": thief}).status == 303
    product.settle()
    assert product.mails_to(thief) == []


def test_closing_and_opening_again_through_the_link(stranger, visitor, agent):
    reference, link = stranger.ask_with_link()
    holder = visitor()
    assert holder.send(link, to=f"{link}sluiten/").status == 303
    assert agent.ticket(reference)["status"] == "closed"
    # The link still works after closing.
    assert holder.send(link, to=f"{link}heropenen/").status == 303
    assert agent.ticket(reference)["status"] == "open"


def test_a_file_behind_the_link_is_for_saving_only(stranger, visitor):
    asked = question()
    page = b"<script>alert(1)</script>"
    stranger.send("/melden/", asked, files=[("attachments", ("pagina.html", page, "text/html"))])
    link = link_to(stranger.product, asked["email"], "AP-")
    holder = visitor()
    (anchor,) = holder.get(link).soup.select("a.attachment")
    answer = holder.client.get(anchor["href"])
    assert (answer.status_code, answer.content) == (200, page)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "html" not in answer.headers["content-type"]
