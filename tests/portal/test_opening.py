import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from helpdesk.kernel import files
from helpdesk.kernel.limits import Limit
from helpdesk.portal import limits
from helpdesk.portal.limits import ANONYMOUS_POSTS
from helpdesk.tickets.models import Attachment, KeptUpload, MessageBody, Ticket
from helpdesk.tickets.services.uploads import NO_ROOM
from tests import factories

NATIONAL_NUMBER = "85.07.30-033.28"
MASK = "••.••.••-•••.••"


def post(client, fields, **options):
    return client.post("/melden/", fields, **options)


def kept_values(page):
    return re.findall(r'name="kept" value="([^"]+)"', page.content.decode())


def file(name="scherm.png", content=b"bytes"):
    return SimpleUploadedFile(name, content)


def test_a_visitor_asks_a_question_and_gets_its_number(client, question):
    answer = post(client, question)

    ticket = Ticket.objects.get()
    assert answer.status_code == 303
    assert ticket.reference not in answer["Location"]
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert f'data-ticket-reference="{ticket.reference}"' in page.content.decode()
    assert (ticket.requester.name, ticket.requester.email) == ("An Peeters", "an.peeters@aalter.example")
    assert (ticket.subject, MessageBody.objects.get().text) == ("Ik geraak niet binnen", "Ik krijg een foutmelding.")
    assert (ticket.channel, ticket.identity_assurance) == ("web", "unverified")
    assert "session" not in client.cookies


def test_the_page_after_it_holds_no_key_to_the_question(client, question, link_of):
    answer = post(client, question)

    page = client.get(answer["Location"])
    token = link_of(Ticket.objects.get()).split("/")[2]
    assert token not in answer["Location"]
    assert token not in page.content.decode()
    assert "an.peeters" not in answer["Location"] + page.content.decode()


def test_a_forged_receipt_is_no_page(client, db):
    assert client.get("/melden/ontvangen/AP-7K3M9Q-X/").status_code == 404


def test_somebody_without_a_name_reads_what_is_missing_and_keeps_what_was_typed(client, question):
    page = post(client, question | {"name": " ", "email": "an", "subject": "<b>hulp</b>"})

    html = page.content.decode()
    assert page.status_code == 422
    assert 'href="#id_name"' in html
    assert 'href="#id_email"' in html
    assert "Ik krijg een foutmelding." in html
    assert 'value="&lt;b&gt;hulp&lt;/b&gt;"' in html
    assert 'value="an"' in html
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("missing", ["name", "email", "subject", "body"])
def test_each_needed_field_is_asked_for_at_its_own_place(client, question, missing):
    del question[missing]

    page = post(client, question)

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {missing}
    assert f'href="#id_{missing}"' in page.content.decode()


@pytest.mark.parametrize("name", ["uri", "kbo_number", "ovo_code"])
def test_an_administration_is_known_by_its_uri_and_numbers(client, question, name):
    aalter = factories.organisation("Aalter", kbo_number="0207437468", ovo_code="OVO001992")

    post(client, question | {"organisation": getattr(aalter, name)})

    ticket = Ticket.objects.get()
    assert (ticket.organisation, ticket.organisation_is_proven, ticket.organisation_claim) == (aalter, False, "")


def test_an_administration_we_do_not_know_stays_as_it_was_typed(client, question):
    post(client, question | {"organisation": "  Kerkfabriek\r\nSint-Jan "})

    ticket = Ticket.objects.get()
    assert (ticket.organisation, ticket.organisation_claim) == (None, "Kerkfabriek Sint-Jan")


def test_the_chosen_administration_is_shown_by_its_name_after_a_mistake(client, question):
    aalter = factories.organisation("Aalter")

    html = post(client, question | {"organisation": aalter.uri, "name": ""}).content.decode()

    assert 'value="Aalter (gemeente)"' in html
    assert f'data-value="{aalter.uri}"' in html


def test_the_application_decides_the_queue(client, question):
    application = factories.application("toezicht", queue=factories.queue("loket"))

    post(client, question | {"application": "toezicht"})

    ticket = Ticket.objects.get()
    assert (ticket.application, ticket.queue.slug) == (application, "loket")


def test_an_application_that_does_not_exist_is_refused(client, question):
    page = post(client, question | {"application": "nonsens"})

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"application"}


def test_a_program_that_fills_in_the_hidden_field_believes_it_worked(client, question):
    answer = post(client, question | {"website": "https://spam.example"})

    assert answer.status_code == 303
    assert "data-ticket-reference" in client.get(answer["Location"]).content.decode()
    assert not Ticket.objects.exists()


def test_a_national_number_is_warned_about_masked_and_told(client, question):
    assert "rijksregisternummer" in client.get("/melden/").content.decode()

    answer = post(client, question | {"body": f"Mijn nummer is {NATIONAL_NUMBER}."})

    page = client.get(answer["Location"])
    assert page.context["masked"] is True
    assert MessageBody.objects.get().text == f"Mijn nummer is {MASK}."


def test_a_national_number_is_stored_nowhere_from_any_field(client, question):
    fields = dict.fromkeys(("name", "organisation", "subject", "body"), f"{NATIONAL_NUMBER} x")

    answer = post(client, question | fields | {"attachments": file(f"{NATIONAL_NUMBER}.png")})

    ticket = Ticket.objects.get()
    stored = (ticket.requester.name, ticket.organisation_claim, ticket.subject, MessageBody.objects.get().text)
    assert stored == (f"{MASK} x",) * 4
    assert Attachment.objects.get().filename == f"{MASK}.png"
    assert client.get(answer["Location"]).context["masked"] is True


def test_without_a_national_number_nobody_is_told_of_one(client, question):
    page = client.get(post(client, question)["Location"])

    assert page.context["masked"] is False


def test_files_come_with_the_question(client, question):
    post(client, question | {"attachments": [file("een.png", b"1"), file("twee.pdf", b"22")]})

    found = [(row.filename, row.size, files.path_of(row.sha256).read_bytes()) for row in Attachment.objects.all()]
    assert sorted(found) == [("een.png", 1, b"1"), ("twee.pdf", 2, b"22")]


def test_files_of_a_refused_question_come_with_the_next(client, question):
    page = post(client, question | {"name": "", "attachments": file()})

    assert page.status_code == 422
    cookie = client.cookies["browser"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 7200)
    post(client, question | {"kept": kept_values(page)})
    assert [(row.filename, row.size) for row in Attachment.objects.all()] == [("scherm.png", 5)]


def test_a_kept_file_survives_a_second_mistake(client, question):
    first = post(client, question | {"name": "", "attachments": file("een.png")})
    second = post(client, question | {"name": "", "kept": kept_values(first), "attachments": file("twee.png")})

    assert [kept.filename for kept in second.context["kept"]] == ["een.png", "twee.png"]
    post(client, question | {"kept": kept_values(second)})
    assert {row.filename for row in Attachment.objects.all()} == {"een.png", "twee.png"}


def test_a_kept_file_is_of_no_use_to_another_browser(client, question):
    kept = kept_values(post(client, question | {"name": "", "attachments": file("geheim.png")}))
    stranger = Client()

    page = post(stranger, question | {"kept": kept})

    assert page.status_code == 422
    assert "geheim.png" not in page.content.decode()
    assert not Attachment.objects.exists()


def test_a_kept_file_is_gone_after_two_hours_and_the_page_says_so(client, question, time_machine):
    time_machine.move_to("2026-11-23 14:05:00+01:00")
    kept = kept_values(post(client, question | {"name": "", "attachments": file()}))
    time_machine.shift(2 * 3600 + 1)

    page = post(client, question | {"kept": kept})

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"attachments"}
    assert not Ticket.objects.exists()


def test_nonsense_as_a_kept_file_is_refused_clearly(client, question):
    page = post(client, question | {"kept": ["nonsens", "a:b:c", "\x00"]})

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"attachments"}


def test_a_file_that_is_too_large_costs_neither_the_text_nor_the_other_files(client, question, settings):
    settings.MAX_FILE_BYTES = 10

    page = post(client, question | {"attachments": [file("klein.png", b"1"), file("groot.png", b"1" * 11)]})

    assert page.status_code == 422
    assert [kept.filename for kept in page.context["kept"]] == ["klein.png"]
    assert "groot.png" in str(page.context["form"].errors["attachments"])
    assert "Ik krijg een foutmelding." in page.content.decode()
    assert not Ticket.objects.exists()


def test_no_more_is_kept_than_two_hundred_megabytes(client, question, settings):
    settings.MAX_KEPT_BYTES = 3

    page = post(client, question | {"name": "", "attachments": [file("een", b"12"), file("twee", b"12")]})

    assert [kept.filename for kept in page.context["kept"]] == ["een"]
    assert set(page.context["form"].errors) == {"name", "attachments"}
    assert KeptUpload.objects.count() == 1


@pytest.fixture
def stored_files(settings, tmp_path):
    """Count what stands on a disk of its own."""
    settings.FILES_DIR = tmp_path / "files"
    return lambda: len(list(settings.FILES_DIR.glob("[0-9a-f][0-9a-f]/*")))


def test_programs_without_cookies_fill_no_more_of_the_disk_than_browsers_of_one_address(
    question, stored_files, monkeypatch
):
    monkeypatch.setattr(limits, "KEPT_BYTES", Limit("kept-bytes", times=4, seconds=7200))
    wrong = question | {"name": ""}

    with time_machine.travel("2026-11-23T14:01:00Z", tick=False):
        pages = [post(Client(), wrong | {"attachments": file(content=f"{n}2".encode())}) for n in range(4)]

    assert [len(page.context["kept"]) for page in pages] == [1, 1, 0, 0]
    assert (KeptUpload.objects.count(), stored_files()) == (2, 2)
    assert pages[3].context["form"].errors["attachments"] == [f"“scherm.png”: {NO_ROOM.reason}"]
    elsewhere = post(Client(REMOTE_ADDR="10.0.0.2"), wrong | {"attachments": file(content=b"x2")})
    assert len(elsewhere.context["kept"]) == 1


def test_what_all_strangers_together_leave_with_us_has_an_end_and_a_right_form_is_taken_all_the_same(
    client, question, settings, stored_files
):
    settings.MAX_KEPT_BYTES_IN_ALL = 3
    wrong = question | {"name": ""}
    post(Client(REMOTE_ADDR="10.0.0.2"), wrong | {"attachments": file(content=b"12")})

    page = post(client, wrong | {"attachments": file(content=b"34")})
    assert (page.status_code, page.context["kept"]) == (422, [])
    assert page.context["form"].errors["attachments"] == [f"“scherm.png”: {NO_ROOM.reason}"]
    assert stored_files() == 1

    assert post(client, question | {"attachments": file(content=b"34")}).status_code == 303
    assert Attachment.objects.get().size == 2


def test_a_lost_token_shows_everything_again_with_a_fresh_one_and_keeps_the_files(question):
    careful = Client(enforce_csrf_checks=True)
    aalter = factories.organisation("Aalter")

    page = post(careful, question | {"organisation": aalter.uri, "attachments": file()})

    html = page.content.decode()
    assert page.status_code == 403
    assert not Ticket.objects.exists()
    assert "Ik krijg een foutmelding." in html
    assert 'value="Ik geraak niet binnen"' in html
    assert 'value="Aalter (gemeente)"' in html
    assert "error-summary-title" not in html
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)[1]
    again = post(careful, question | {"csrfmiddlewaretoken": token, "kept": kept_values(page)})
    assert again.status_code == 303
    assert Attachment.objects.get().filename == "scherm.png"


def test_the_form_works_with_its_cookie_and_token(question):
    careful = Client(enforce_csrf_checks=True)
    html = careful.get("/melden/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)[1]

    assert post(careful, question | {"csrfmiddlewaretoken": token}).status_code == 303


def test_too_many_posts_of_one_address_wait_and_lose_nothing(client, question, monkeypatch):
    monkeypatch.setattr(type(ANONYMOUS_POSTS), "wait_s", lambda *_: 61)

    page = post(client, question | {"attachments": file()})

    html = page.content.decode()
    assert (page.status_code, page["Retry-After"]) == (429, "61")
    assert "Ik krijg een foutmelding." in html
    assert 'value="an.peeters@aalter.example"' in html
    assert page.context["must_choose_files_again"] is True
    assert not Ticket.objects.exists()
    assert not KeptUpload.objects.exists()


def test_three_hundred_posts_in_ten_minutes_are_a_town_hall_and_one_more_is_too_many(client, question):
    with time_machine.travel("2026-11-23T14:01:00Z", tick=False):
        statuses = {post(client, {}).status_code for _ in range(300)}
        refused = post(client, question)

    assert statuses == {422}
    assert refused.status_code == 429
    assert client.get("/melden/").status_code == 200
    assert post(client, question, REMOTE_ADDR="192.0.2.7").status_code == 303


def test_who_signed_in_is_known_and_cannot_ask_as_somebody_else(sign_in, question):
    aalter = factories.organisation("Aalter")
    account = factories.official("Els Maes", email="els@aalter.example", organisation=aalter)
    client = sign_in(account)

    html = client.get("/melden/").content.decode()
    post(client, question | {"organisation": aalter.uri})

    ticket = Ticket.objects.get()
    assert "Els Maes" in html
    assert f'<option value="{aalter.uri}" selected>Aalter (gemeente)</option>' in html
    assert 'name="email"' not in html
    assert ticket.requester == account.person
    assert (ticket.identity_assurance, ticket.organisation_is_proven) == ("acm_idm", True)


def test_who_signed_in_may_name_another_administration_but_proves_nothing_by_it(sign_in, question):
    client = sign_in(factories.official(organisation=factories.organisation("Aalter")))
    ham = factories.organisation("Ham", kbo_number="0207437468")

    post(client, question | {"organisation": "0207.437.468"})

    ticket = Ticket.objects.get()
    assert (ticket.organisation, ticket.organisation_is_proven) == (ham, False)


def test_a_stranger_who_uses_a_known_address_does_not_become_that_person(client, sign_in, question):
    account = factories.official("An Peeters", email="an.peeters@aalter.example")

    post(client, question)

    ticket = Ticket.objects.get()
    assert ticket.identity_assurance == "unverified"
    assert ticket.reference not in sign_in(account).get("/mijn/").content.decode()


TRICKS = {
    "crlf": "Hulp\r\nBcc: boze@wolf.example",
    "nul": "Hulp\x00!",
    "bidi": "\u202egnp.exe\u202c",
    "emoji": "👩\u200d💻 help",
    "marks": "e" + "\u0301\u0316" * 50_000,
    "html": "<script>alert(1)</script>{{ 7|add:7 }}",
    "word": "x" * 10_000_000,
}


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("field", ["name", "email", "organisation", "application", "subject", "body", "kept"])
def test_nothing_typed_anywhere_breaks_the_form(client, question, field, trick):
    page = post(client, question | {field: TRICKS[trick]})

    assert page.status_code in {303, 422}
    if page.status_code == 303:
        ticket = Ticket.objects.select_related("requester").get()
        stored = [ticket.subject, ticket.organisation_claim, ticket.requester.name, ticket.requester.email]
        assert not {"\x00", "\r", "\n", "\u202e"} & set("".join(stored))
        assert client.get(page["Location"]).status_code == 200
    else:
        assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_only_reading_and_posting_are_known(client, db, method):
    assert getattr(client, method)("/melden/").status_code == 405


def test_head_tells_what_get_would(client, db):
    assert client.head("/melden/").status_code == 200


def test_a_question_with_a_file_costs_twelve_statements_and_no_session(question, assert_statements):
    factories.organisation("Aalter", kbo_number="0207437468")
    factories.application("loket", queue=factories.queue("loket"))
    client = Client()

    given = question | {"organisation": "0207437468", "application": "loket", "attachments": file()}
    with assert_statements(12):
        post(client, given)
    assert Ticket.objects.get().organisation is not None


def test_the_picker_finds_administrations(client, db):
    aalter = factories.organisation(
        "Aalter", kbo_number="0207437468", search_text=" < aalter >  [ aalter gemeente ] 0207437468 "
    )

    answer = client.get("/melden/besturen/", {"q": "aalter"})

    assert answer.json() == {"items": [{"value": aalter.uri, "label": "Aalter (gemeente)", "hint": "KBO 0207.437.468"}]}


@pytest.mark.parametrize("text", ["", "\x00", "%", "x" * 100_000, "'; drop table"])
def test_the_picker_finds_nothing_for_nonsense(client, db, text):
    factories.organisation("Aalter", search_text=" < aalter > ")

    assert client.get("/melden/besturen/", {"q": text}).json() == {"items": []}
