"""Section 3: the open door, `/melden/`, without JavaScript and without login."""

import socket
import time
import uuid

import pytest

from tests.contract.visitor import CSRF, REFERENCE, question

TYPED = ("name", "email", "organisation", "application", "subject", "body")
MB = 1024 * 1024


def file(name="scherm.png", content=b"picture"):
    return ("attachments", (name, content, "application/octet-stream"))


def test_the_form_has_the_fields_of_the_contract(stranger):
    page = stranger.get("/melden/")
    assert page.status == 200
    shown = {field["name"] for field in page.soup.select("main [name]:not([type=hidden])")}
    assert shown == {*TYPED, "attachments", "website"}
    assert page.has(f"main form input[name={CSRF}]")
    assert page.soup.select_one("main form")["method"] == "post"
    assert page.soup.select_one("[name=attachments]").has_attr("multiple")
    assert page.soup.select_one("main form")["enctype"] == "multipart/form-data"


def test_the_menu_offers_no_way_around_the_door(stranger):
    assert stranger.get("/").has("main a[href='/melden/']")


def test_success_shows_the_reference_after_a_303(stranger, agent):
    asked = question(application="loket")
    answer = stranger.send("/melden/", asked)
    assert answer.status == 303
    page = stranger.follow(answer)
    assert page.status == 200
    assert REFERENCE.fullmatch(page.reference)
    assert page.reference in page.text
    ticket = agent.ticket(page.reference)
    assert (ticket["subject"], ticket["channel"], ticket["application"]) == (asked["subject"], "web", "loket")
    assert (ticket["requester"]["name"], ticket["requester"]["email"]) == (asked["name"], asked["email"])
    (message,) = agent.messages(page.reference)
    assert (message["body_text"], message["direction"], message["kind"]) == (asked["body"], "inbound", "public_reply")
    assert message["author"] == {"name": asked["name"], "role": "requester"}


@pytest.mark.parametrize("field", ["name", "email", "subject", "body"])
def test_a_missing_field_is_named_linked_and_everything_else_kept(stranger, field):
    asked = question(organisation="Bestuur in oprichting", application="loket") | {field: ""}
    page = stranger.send("/melden/", asked)
    assert page.status == 422
    (link,) = page.soup.select("#error-summary a[href^='#']")
    assert page.soup.select_one(f"main [name={field}][id='{link['href'][1:]}']")
    assert {name: page.value(name) for name in TYPED} == {name: asked[name] for name in TYPED}


def test_several_wrong_fields_are_all_named(stranger):
    page = stranger.send("/melden/", question(email="geen adres", name="", application="bestaat-niet"))
    assert page.status == 422
    targets = [page.soup.select_one(link["href"])["name"] for link in page.soup.select("#error-summary a[href^='#']")]
    assert sorted(targets) == ["application", "email", "name"]


def test_files_of_a_refused_attempt_are_kept_and_sent_with_the_next(stranger, agent):
    asked = question(subject="")
    refused = stranger.send("/melden/", asked, files=[file("een.txt", b"een"), file("twee.txt", b"twee")])
    assert refused.status == 422
    assert len(refused.kept) == 2
    again = {**asked, "subject": "Nu wel", "kept": refused.kept, CSRF: refused.token}
    reference = stranger.follow(stranger.post("/melden/", again, files=[file("drie.txt", b"drie")])).reference
    (message,) = agent.messages(reference)
    assert {row["filename"] for row in message["attachments"]} == {"een.txt", "twee.txt", "drie.txt"}
    assert sorted(row["size"] for row in message["attachments"]) == [3, 4, 4]


def test_kept_files_belong_to_one_browser(stranger, visitor):
    refused = stranger.send("/melden/", question(subject=""), files=[file()])
    thief = visitor().send("/melden/", question(kept=refused.kept))
    assert thief.status == 422
    assert thief.kept == []


def test_kept_values_are_signed(stranger):
    refused = stranger.send("/melden/", question(subject=""), files=[file()])
    (value,) = refused.kept
    forged = value[:-1] + ("A" if value[-1] != "A" else "B")
    page = stranger.post("/melden/", question(kept=[forged]) | {CSRF: refused.token})
    assert (page.status, page.kept) == (422, [])


def test_a_file_over_25_mb_is_refused_and_everything_else_kept(stranger, agent):
    asked = question()
    files = [file("klein.txt", b"klein"), file("groot.bin", bytes(25 * MB + 1))]
    page = stranger.send("/melden/", asked, files=files)
    assert page.status == 422
    assert "groot.bin" in page.text
    assert page.value("body") == asked["body"]
    assert page.value("subject") == asked["subject"]
    assert len(page.kept) == 1
    again = stranger.post("/melden/", {**asked, "kept": page.kept, CSRF: page.token})
    (message,) = agent.messages(stranger.follow(again).reference)
    assert [row["filename"] for row in message["attachments"]] == ["klein.txt"]


def test_a_file_of_25_mb_is_taken(stranger, agent):
    reference = stranger.ask(files=[file("groot.bin", bytes(25 * MB))])
    assert agent.messages(reference)[0]["attachments"][0]["size"] == 25 * MB


def test_a_body_over_110_mb_is_refused_before_it_is_sent(product):
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", product.port), timeout=10) as link:
        head = f"POST /melden/ HTTP/1.1\r\nHost: 127.0.0.1:{product.port}\r\nContent-Length: {110 * MB + 1}\r\n\r\n"
        link.sendall(head.encode())
        assert link.recv(100).startswith(b"HTTP/1.1 413 ")
    assert time.monotonic() - started < 10


def test_a_filled_honeypot_looks_like_success_and_stores_nothing(product, stranger, agent):
    asked = question(website="https://spam.example", application="loket")
    page = stranger.follow(stranger.send("/melden/", asked))
    assert REFERENCE.fullmatch(page.reference)
    assert agent("GET", f"/tickets/{page.reference}").status_code == 404
    product.settle()
    assert product.mails_to(asked["email"]) == []
    newest = agent.read("/tickets", limit=200)["items"]
    assert asked["subject"] not in {ticket["subject"] for ticket in newest}


def test_without_a_token_everything_typed_comes_back_with_a_fresh_one(stranger, agent):
    asked = question(organisation="Bestuur in oprichting", application="loket")
    page = stranger.post("/melden/", asked, files=[file("stap.txt", b"stap")])
    assert page.status == 403
    assert {name: page.value(name) for name in TYPED} == {name: asked[name] for name in TYPED}
    sent = stranger.post("/melden/", {**asked, "kept": page.kept, CSRF: page.token})
    (message,) = agent.messages(stranger.follow(sent).reference)
    assert [row["filename"] for row in message["attachments"]] == ["stap.txt"]


def test_the_301st_anonymous_post_in_ten_minutes_waits_and_loses_nothing(stranger, visitor):
    left_s = 600 - time.time() % 600
    # Limits count by ten minutes: all posts of the test belong to one.
    time.sleep(left_s + 0.5 if left_s < 150 else 0)
    token = stranger.get("/melden/").token
    trap = question(website="x") | {CSRF: token}
    assert {stranger.client.post("/melden/", data=trap).status_code for _ in range(300)} == {303}
    asked = question(organisation="Bestuur in oprichting", application="loket")
    page = stranger.post("/melden/", asked | {CSRF: token})
    assert page.status == 429
    assert 0 < int(page.answer.headers["retry-after"]) <= 600
    assert {name: page.value(name) for name in TYPED} == {name: asked[name] for name in TYPED}
    assert visitor().send("/melden/", question()).status == 303


@pytest.mark.parametrize("named_by", ["uri", "kbo", "kbo without dots", "ovo"])
def test_an_administration_is_named_by_uri_kbo_or_ovo(product, stranger, agent, named_by):
    uri = product.personas["official"]["organisation"]
    (known,) = [row for row in agent.read("/organisations", q=uri)["items"] if row["uri"] == uri]
    kbo = known["kbo_number"]
    typed = {
        "uri": uri,
        "kbo": f"{kbo[:4]}.{kbo[4:7]}.{kbo[7:]}",
        "kbo without dots": kbo,
        "ovo": known["ovo_code"],
    }[named_by]
    organisation = agent.ticket(stranger.ask(organisation=typed))["organisation"]
    assert organisation == {
        "uri": uri,
        "name": known["name"],
        "kbo_number": kbo,
        "ovo_code": known["ovo_code"],
        "proven": False,
    }


def test_an_unknown_administration_is_kept_as_text(stranger, visitor, agent):
    claim = f"Nieuw bestuur {uuid.uuid4().hex[:6]}"
    reference = stranger.ask(organisation=claim)
    assert agent.ticket(reference)["organisation"] is None
    assert claim in visitor("agent").get(f"/desk/t/{reference}/").text


def test_somebody_signed_in_need_not_say_who_it_is(visitor, agent, product):
    reference = visitor("official").ask()
    ticket = agent.ticket(reference)
    assert ticket["requester"]["email"] == product.personas["official"]["email"]
    assert ticket["identity_assurance"] == "acm_idm"


def test_a_national_number_is_masked_before_it_is_written(stranger, agent, product):
    reference = stranger.ask(body="Mijn nummer is 85.07.30-033.28.")
    assert "033.28" not in agent.messages(reference)[0]["body_text"]
    assert b"85.07.30-033.28" not in product.everything_stored()


def test_the_receipt_is_no_key(stranger, visitor):
    """Whoever sees the page after sending sees a reference, and nothing of what was asked."""
    asked = question()
    receipt = stranger.send("/melden/", asked).answer.headers["location"]
    seen = visitor().get(receipt)
    assert asked["subject"] not in seen.text
    assert not seen.has("a[href^='/t/A']")
