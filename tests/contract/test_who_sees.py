"""Section 3: who sees what, how sure we are of who asked, and the pages of each role."""

import pytest

from tests.contract.visitor import new_address

UNVERIFIED_BADGE = ".badge--unproven"


def test_an_unverified_question_is_for_the_queues_agents_and_the_link_alone(product, stranger, visitor, program):
    official = product.personas["official"]
    fields = {"email": official["email"], "name": official["name"], "organisation": official["organisation"]}
    reference = stranger.ask(subject="Onbevestigde vraag", **fields)
    for persona in ("agent", "supervisor"):
        assert program(persona).ticket(reference)["identity_assurance"] == "unverified"
    page = visitor("agent").get(f"/desk/t/{reference}/")
    assert page.has(UNVERIFIED_BADGE)
    for persona in ("official", "colleague", "other_official", "agent_other_queue", "editor", "analyst"):
        assert program(persona)("GET", f"/tickets/{reference}").status_code == 404
        assert visitor(persona).get(f"/mijn/{reference}/").status == 404
        assert reference not in visitor(persona).get("/mijn/").answer.text


def test_a_confirmed_question_enters_mijn_of_who_has_that_address_and_of_nobody_else(product, visitor, program):
    other = product.personas["other_official"]
    stranger = visitor()
    reference, link = stranger.ask_with_link(email=other["email"], organisation=other["organisation"])
    assert reference not in visitor("other_official").get("/mijn/").answer.text
    stranger.send(link, to=f"{link}bevestigen/")
    mine = visitor("other_official")
    assert reference in mine.get("/mijn/").answer.text
    assert mine.get(f"/mijn/{reference}/").status == 200
    assert program("other_official").ticket(reference)["identity_assurance"] == "mail_verified"
    for persona in ("official", "colleague", "agent_other_queue"):
        assert program(persona)("GET", f"/tickets/{reference}").status_code == 404
        assert reference not in visitor(persona).get("/mijn/").answer.text


def test_the_administration_is_a_claim_and_lets_no_colleague_in(visitor, program):
    reference = visitor("official").ask()
    assert program("colleague")("GET", f"/tickets/{reference}").status_code == 404
    assert reference not in visitor("colleague").get("/mijn/").answer.text
    assert program("official").ticket(reference)["reference"] == reference


def test_assurance_of_a_visitor_is_unverified(stranger, agent):
    assert agent.ticket(stranger.ask())["identity_assurance"] == "unverified"


def test_assurance_of_somebody_signed_in_is_that_of_the_login(visitor, agent):
    assert agent.ticket(visitor("colleague").ask())["identity_assurance"] == "acm_idm"


def test_assurance_of_a_personal_token_is_that_of_the_login(program, agent):
    assert agent.ticket(program("colleague").open()["reference"])["identity_assurance"] == "acm_idm"


def test_assurance_on_behalf_of_somebody_is_unverified(agent):
    assert agent.open(channel="phone")["identity_assurance"] == "unverified"


@pytest.mark.parametrize(("reason", "assurance"), [("", "unverified"), ("Teruggebeld naar de balie", "vouched")])
def test_an_agent_may_vouch_for_a_caller_with_a_reason(visitor, agent, reason, assurance):
    asked = {"email": new_address(), "name": "Griet", "subject": "Gebeld", "body": "Kan niet aanmelden."}
    vouch = {"is_known": "on", "vouched_reason": reason} if reason else {}
    created = visitor("agent").send("/desk/nieuw/", asked | vouch)
    assert created.status == 303
    ticket = agent.ticket(created.answer.headers["location"].split("/")[-2])
    assert (ticket["channel"], ticket["identity_assurance"]) == ("phone", assurance)


def test_vouching_without_a_reason_is_refused(visitor):
    asked = {"email": new_address(), "name": "Griet", "subject": "Gebeld", "body": "Kan niet aanmelden."}
    assert visitor("agent").send("/desk/nieuw/", asked | {"is_known": "on"}).status == 422


@pytest.mark.parametrize("path", ["/", "/melden/", "/t/", "/aanmelden/", "/kennis/", "/zoeken/", "/zoeken/?q=itsme"])
def test_open_pages_are_open(stranger, path):
    assert stranger.get(path).status == 200


@pytest.mark.parametrize(
    "path", ["/mijn/", "/mijn/AP-000000-0/", "/desk/", "/desk/t/AP-000000-0/", "/beheer/", "/desk/?queue=x"]
)
def test_a_visitor_of_a_protected_page_signs_in_first(stranger, path):
    page = stranger.get(path)
    assert page.status == 302
    target = page.answer.headers["location"]
    assert target.startswith("/aanmelden/?next=/")
    assert page.answer.next_request.url.params["next"] == path


@pytest.mark.parametrize("persona", ["official", "colleague", "other_official", "editor", "analyst", "admin"])
def test_the_desk_does_not_exist_for_who_does_not_work_there(visitor, agent, persona):
    reference = agent.open()["reference"]
    somebody = visitor(persona)
    assert somebody.get("/desk/").status == 404
    assert somebody.get(f"/desk/t/{reference}/").status == 404


@pytest.mark.parametrize("persona", ["official", "agent", "supervisor", "editor", "analyst"])
def test_management_does_not_exist_for_who_is_no_administrator(visitor, persona):
    assert visitor(persona).get("/beheer/").status == 404


def test_a_ticket_of_another_queue_does_not_exist(visitor, agent):
    reference = agent.open()["reference"]
    other = visitor("agent_other_queue")
    assert other.get(f"/desk/t/{reference}/").status == 404
    assert reference not in other.get("/desk/").answer.text
    assert visitor("agent").get(f"/desk/t/{reference}/").status == 200


@pytest.mark.parametrize("path", ["/nergens/", "/mijn/AP-000000-0/", "/mijn/onzin/", "/t/onzin/"])
def test_what_is_not_there_is_404(visitor, path):
    assert visitor("official").get(path).status == 404


def test_an_official_replies_closes_and_opens_again_at_mijn(visitor, agent):
    official = visitor("official")
    reference = official.ask()
    path = f"/mijn/{reference}/"
    files = [("attachments", ("stap.txt", b"stap", "text/plain"))]
    assert official.send(path, {"body": "Nog iets."}, files=files).status == 303
    message = agent.messages(reference)[-1]
    assert (message["body_text"], len(message["attachments"])) == ("Nog iets.", 1)
    assert official.send(path, to=f"{path}sluiten/").status == 303
    assert agent.ticket(reference)["status"] == "closed"
    assert official.send(path, to=f"{path}heropenen/").status == 303
    assert agent.ticket(reference)["status"] == "open"


def test_an_official_reads_the_answer_and_never_the_note(visitor, agent):
    official = visitor("official")
    reference = official.ask()
    agent.write(reference, "Openbaar antwoord.")
    agent.write(reference, "Geheime nota.", "internal_note")
    page = official.get(f"/mijn/{reference}/")
    assert "Openbaar antwoord." in page.text
    assert "Geheime nota." not in page.answer.text
    assert "Geheime nota." in visitor("agent").get(f"/desk/t/{reference}/").text


def test_signing_out_needs_a_post_and_ends_the_session(visitor):
    official = visitor("official")
    assert official.get("/afmelden/").status == 405
    assert official.get("/mijn/").status == 200
    assert official.send("/mijn/", to="/afmelden/").status == 303
    assert official.get("/mijn/").status == 302


def test_signing_in_leads_back_to_where_somebody_wanted_to_go_and_never_elsewhere(visitor):
    official = visitor("official")
    assert official.get("/aanmelden/?next=/melden/").answer.headers["location"] == "/melden/"
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        target = official.get("/aanmelden/", params={"next": elsewhere}).answer.headers["location"]
        assert target == "/mijn/"


@pytest.mark.parametrize("persona", [None, "official", "agent", "admin"])
@pytest.mark.parametrize(
    "path",
    [
        "/kennis/bestaat-niet/", "/aanmeldhulp/", "/chat/", "/chat/widget.js", "/chat/start",
        "/status/", "/status/feed.atom", "/beleid/", "/ws/chat/1/",
    ],
)  # fmt: skip
def test_pages_of_later_phases_do_not_exist(visitor, persona, path):
    assert visitor(persona).get(path).status == 404


@pytest.mark.parametrize(("persona", "start"), [(None, "/"), ("official", "/mijn/"), ("agent", "/desk/")])
def test_no_menu_leads_to_a_later_phase(visitor, persona, start):
    page = visitor(persona).get(start)
    targets = [str(link["href"]) for link in page.soup.select("a[href]")]
    later = ("/aanmeldhulp", "/chat", "/status", "/beleid")
    assert [target for target in targets if target.startswith(later)] == []
    assert targets
