import json
import re
from functools import partial

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.test import Client

from helpdesk.portal.views.errors import server_error
from helpdesk.tickets.models import Ticket
from tests import factories


def test_an_unknown_page_is_told_in_the_look_of_the_house(client, db):
    page = client.get("/bestaat-niet/")

    assert page.status_code == 404
    assert next(template.name for template in page.templates) == "errors/404.html"
    assert '<a href="/kennis/">Zoek in de antwoorden</a>' in page.content.decode()


def test_who_is_not_signed_in_may_do_so_for_an_answer_that_is_not_there_for_all(client, db):
    def ways_in(address):
        return re.findall(r'href="(/aanmelden/[^"]*)"', client.get(address).content.decode())

    factories.article("Intern", audience="officials")
    assert ways_in("/kennis/intern/") == ["/aanmelden/?next=%2Fkennis%2Fintern%2F"]
    # What there is not looks the same, and a secret in an address is told to no other page.
    assert ways_in("/kennis/er-is-niets/") == ["/aanmelden/?next=%2Fkennis%2Fer-is-niets%2F"]
    assert ways_in("/melden/ontvangen/geheim/") == []
    client.force_login(factories.official())
    assert client.get("/kennis/intern/").status_code == 200
    assert ways_in("/kennis/er-is-niets/") == []


def test_a_program_reads_a_problem(client, db):
    answer = client.get("/api/v1/bestaat-niet")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert json.loads(answer.content)["status"] == 404


def test_a_post_from_another_site_gets_no_button_to_send_it_once_more(db):
    account = factories.official()
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(account)
    ticket = factories.ticket(by=factories.actor(account))
    foreign = [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://wolf.example"}, {"Origin": "null"}]

    for headers in foreign:
        page = careful.post(f"/mijn/{ticket.reference}/", {"body": "Kwaad opzet"}, headers=headers)
        assert page.status_code == 403
        assert "Kwaad opzet" not in page.content.decode()


def test_a_password_is_never_shown_again(db):
    careful = Client(enforce_csrf_checks=True)

    page = careful.post("/aanmelden/", {"username": "els", "password": "geheim wachtwoord"})

    html = page.content.decode()
    assert page.status_code == 403
    assert 'value="els"' in html
    assert "geheim wachtwoord" not in html


def test_a_text_of_thirteen_megabytes_is_too_large_and_told_so(client, question):
    page = client.post("/melden/", question | {"body": "x" * 13_000_000})

    assert page.status_code == 413
    assert next(template.name for template in page.templates) == "errors/413.html"


def test_fifty_one_files_are_refused_clearly(client, question):
    files = [SimpleUploadedFile(f"{number}.txt", b"1") for number in range(51)]

    assert client.post("/melden/", question | {"attachments": files}).status_code == 400


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_fault_of_ours_says_sorry_to_everybody(rf, accept):
    answer = server_error(rf.get("/", headers={"Accept": accept}))

    assert answer.status_code == 500
    assert ("problem+json" in answer["Content-Type"]) == (accept == "application/json")


@pytest.mark.parametrize(("fault", "status"), [(OperationalError("away"), 503), (KeyError("ours"), 500)])
def test_what_was_typed_comes_back_when_it_could_not_be_kept(question, monkeypatch, db, fault, status):
    def fail(**_question):
        raise fault

    monkeypatch.setattr("helpdesk.portal.views.opening.open_ticket", fail)
    browser = Client(raise_request_exception=False)

    page = browser.post("/melden/", question | {"body": "Ik kan niet <aanmelden>"})

    html = page.content.decode()
    assert page.status_code == status
    assert 'action="/melden/"' in html
    assert ">Ik kan niet &lt;aanmelden&gt;</textarea>" in html
    assert html.count('name="csrfmiddlewaretoken"') == 1
    assert Ticket.objects.count() == 0


def test_what_cannot_be_read_or_comes_from_another_site_is_not_given_back(rf, monkeypatch):
    foreign = rf.post("/melden/", {"body": "Kwaad opzet"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert "Kwaad opzet" not in server_error(foreign).content.decode()

    for fault in (RequestDataTooBig(), UnreadablePostError(), MultiPartParserError()):
        request = rf.post("/melden/", {"body": "Halverwege"})
        monkeypatch.setattr(type(request), "POST", property(partial(_raise, fault)))
        assert server_error(request).status_code == 500
        monkeypatch.undo()


def _raise(fault: Exception, _request: object) -> None:
    raise fault


def test_a_fault_in_the_page_that_says_sorry_still_says_sorry(rf, monkeypatch):
    monkeypatch.setattr("helpdesk.portal.views.errors._answer", _broken)

    assert server_error(rf.get("/")).status_code == 500


def _broken(*_: object) -> None:
    raise ValueError("no manifest entry")
