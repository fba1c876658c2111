import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from helpdesk.portal.limits import ANONYMOUS_POSTS, LINK_REQUESTS
from helpdesk.tickets.models import AccessLink, Attachment, MessageBody, MessageDelivery, Ticket
from helpdesk.tickets.services import NewMessage, add_note, change_ticket, reply_to_ticket, revoke_links
from tests import factories
from tests.stopwatch import seconds_of

DAY_S = 24 * 3600
NATIONAL_NUMBER = "85.07.30-033.28"


@pytest.fixture
def ticket(db):
    return factories.ticket()


@pytest.fixture
def agent(ticket):
    return factories.actor(factories.agent(queues=(ticket.queue,)))


def close(ticket, agent):
    change_ticket(actor=agent, ticket=ticket, status="closed")


def test_the_link_shows_the_question_and_reading_changes_nothing(client, ticket, agent, link_of):
    reply_to_ticket(actor=agent, ticket=ticket, new=NewMessage(body="Probeer opnieuw."))
    before = Ticket.objects.values().get()

    page = client.get(link_of(ticket))

    html = page.content.decode()
    assert page.status_code == 200
    assert ticket.subject in html
    assert "Ik krijg een foutmelding." in html
    assert "Probeer opnieuw." in html
    assert Ticket.objects.values().get() == before
    assert "session" not in client.cookies


def test_what_colleagues_noted_is_never_behind_the_link(client, ticket, agent, link_of):
    add_note(
        actor=agent,
        ticket=ticket,
        new=NewMessage(body="Lastig geval", uploads=(factories_upload("nota.txt", b"Geheim"),)),
    )

    html = client.get(link_of(ticket)).content.decode()

    assert "Lastig geval" not in html
    assert "nota.txt" not in html


def factories_upload(name, content):
    from helpdesk.tickets.content import store_upload  # noqa: PLC0415 - models need the settings first

    return store_upload(filename=name, chunks=[content])


def test_the_page_is_kept_by_nobody_and_its_address_goes_nowhere(client, ticket, link_of):
    page = client.get(link_of(ticket))

    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "same-origin"
    assert page["X-Robots-Tag"] == "none"


def test_yes_this_is_my_question(client, ticket, link_of):
    assert "bevestigen" in client.get(link_of(ticket)).content.decode()

    answer = client.post(link_of(ticket) + "bevestigen/")

    ticket.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (303, link_of(ticket))
    assert ticket.identity_assurance == "mail_verified"
    assert "bevestigen" not in client.get(link_of(ticket)).content.decode()


def test_looking_at_the_address_of_the_button_confirms_nothing(client, ticket, link_of):
    assert client.get(link_of(ticket) + "bevestigen/").status_code == 405
    ticket.refresh_from_db()
    assert ticket.identity_assurance == "unverified"


def test_an_answer_through_the_link_is_stored_with_its_file_and_verifies_the_address(client, ticket, link_of):
    answer = client.post(
        link_of(ticket), {"body": "Nog altijd.\r\nHelp", "attachments": SimpleUploadedFile("s.png", b"1")}
    )

    ticket.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (303, link_of(ticket) + "#2")
    assert ticket.identity_assurance == "mail_verified"
    message = ticket.messages.get(seq=2)
    assert (message.kind, message.direction, message.author) == ("public_reply", "inbound", ticket.requester)
    assert MessageBody.objects.get(message=message).text == "Nog altijd.\nHelp"
    assert [row.filename for row in message.attachments.all()] == ["s.png"]


def test_an_empty_answer_is_asked_for_again_and_its_file_kept(client, ticket, link_of):
    page = client.post(link_of(ticket), {"body": " ", "attachments": SimpleUploadedFile("s.png", b"1")})

    assert page.status_code == 422
    assert [kept.filename for kept in page.context["kept"]] == ["s.png"]
    client.post(link_of(ticket), {"body": "Hier is hij.", "kept": page.context["kept"][0].value})
    assert Attachment.objects.get().message.seq == 2


def test_a_national_number_in_an_answer_is_masked_and_told(client, ticket, link_of):
    answer = client.post(link_of(ticket), {"body": f"Ik ben {NATIONAL_NUMBER}."})

    assert NATIONAL_NUMBER not in MessageBody.objects.get(message__seq=2).text
    assert "rijksregisternummer" in client.get(answer["Location"]).content.decode()


def test_the_question_can_be_closed_and_opened_again(client, ticket, link_of):
    assert client.post(link_of(ticket) + "sluiten/").status_code == 303
    ticket.refresh_from_db()
    assert ticket.status == "closed"

    assert client.post(link_of(ticket) + "heropenen/").status_code == 303
    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_closing_twice_is_closing_once(client, ticket, link_of):
    for _ in range(2):
        assert client.post(link_of(ticket) + "sluiten/").status_code == 303

    assert Ticket.history.filter(id=ticket.pk, status="closed").count() == 1


def test_opening_again_what_is_open_is_explained(client, ticket, link_of):
    page = client.post(link_of(ticket) + "heropenen/", follow=True)

    assert page.status_code == 200
    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert Ticket.objects.get().status == "new"


def test_after_fourteen_days_the_page_says_to_ask_anew(client, ticket, agent, link_of, time_machine):
    time_machine.move_to(timezone.now())
    close(ticket, agent)
    time_machine.shift(15 * DAY_S)

    page = client.get(link_of(ticket))
    answer = client.post(link_of(ticket), {"body": "Toch nog iets."})

    assert 'name="body"' not in page.content.decode()
    assert (answer.status_code, ticket.messages.count()) == (422, 1)


def test_thirty_days_after_closing_the_link_is_over(client, ticket, agent, link_of, time_machine):
    time_machine.move_to(timezone.now())
    close(ticket, agent)
    time_machine.shift(30 * DAY_S + 60)

    page = client.get(link_of(ticket))

    assert page.status_code == 404
    assert ticket.subject not in page.content.decode()


@pytest.mark.parametrize("token", ["x", "0", "None", "%00", "%F0%9F%92%A9", "a" * 5000])
@pytest.mark.parametrize("rest", ["", "bevestigen/", "sluiten/"])
def test_an_unknown_link_opens_nothing_and_helps_on(client, ticket, token, rest):
    page = client.post(f"/t/{token}/{rest}", {"body": "x"})

    html = page.content.decode()
    assert page.status_code == 404
    assert 'name="reference"' in html
    assert ticket.subject not in html
    assert ticket.messages.count() == 1


def test_a_revoked_link_opens_nothing(client, ticket, agent, link_of):
    revoke_links(actor=agent, ticket=ticket)

    assert client.get(link_of(ticket)).status_code == 404


def test_the_link_to_one_question_opens_no_file_of_another(client, ticket, link_of, fetch):
    other = factories.ticket("Een ander", uploads=(factories_upload("geheim.txt", b"Geheim"),))
    file = Attachment.objects.get()

    assert fetch(client, f"{link_of(other)}bijlage/{file.pk}/")[1] == b"Geheim"
    stranger = client.get(f"{link_of(ticket)}bijlage/{file.pk}/")
    assert stranger.status_code == 404
    assert b"Geheim" not in stranger.content
    assert client.get(f"/t/onbekend/bijlage/{file.pk}/").status_code == 404


def test_a_new_link_is_mailed_to_who_knows_number_and_address(client, ticket):
    answer = client.post("/t/", {"reference": ticket.reference.lower(), "email": "An.Peeters@Aalter.example"})

    assert (answer.status_code, answer["Location"]) == (303, "/t/gevraagd/")
    assert AccessLink.objects.filter(ticket=ticket).count() == 2
    assert [row.purpose for row in MessageDelivery.objects.all()] == ["new_link"]
    assert client.get("/t/gevraagd/").status_code == 200


def test_the_answer_is_the_same_for_a_wrong_pair(client, ticket):
    known = client.post("/t/", {"reference": ticket.reference, "email": "an.peeters@aalter.example"})
    unknown = client.post("/t/", {"reference": ticket.reference, "email": "boze@wolf.example"})

    assert (known.status_code, known.content, known["Location"]) == (
        unknown.status_code,
        unknown.content,
        unknown["Location"],
    )
    assert MessageDelivery.objects.count() == 1


def test_the_answer_takes_as_long_for_a_wrong_pair(client, ticket):
    times = []
    for email in ("an.peeters@aalter.example", "boze@wolf.example"):
        fields = {"reference": ticket.reference, "email": email}
        started = time.monotonic()
        times.append(seconds_of(lambda fields=fields: client.post("/t/", fields)))
        assert time.monotonic() - started >= 0.25

    assert abs(times[0] - times[1]) < 0.1


def test_a_number_with_a_mistake_in_it_is_told(client, ticket):
    page = client.post("/t/", {"reference": "AP-7K3M9Q-Y", "email": "an.peeters@aalter.example"})

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"reference"}


def test_asking_for_links_is_limited(client, ticket, one_window, monkeypatch):
    monkeypatch.setattr("helpdesk.portal.views.links.ANSWER_TAKES_S", 0)
    fields = {"reference": ticket.reference, "email": "boze@wolf.example"}
    for _ in range(LINK_REQUESTS.times):
        assert client.post("/t/", fields).status_code == 303

    page = client.post("/t/", fields)

    assert (page.status_code, int(page["Retry-After"]) > 0) == (429, True)
    assert f'value="{ticket.reference}"' in page.content.decode()


def test_answers_through_the_link_are_limited_and_nothing_is_lost(client, ticket, link_of, monkeypatch):
    monkeypatch.setattr(type(ANONYMOUS_POSTS), "wait_s", lambda *_: 30)

    page = client.post(link_of(ticket), {"body": "Een lang verhaal"})

    assert (page.status_code, page["Retry-After"]) == (429, "30")
    assert "Een lang verhaal" in page.content.decode()
    assert ticket.messages.count() == 1


def test_a_lost_token_shows_the_answer_again(ticket, link_of):
    careful = Client(enforce_csrf_checks=True)

    page = careful.post(link_of(ticket), {"body": "Een lang\nverhaal", "kept": "abc"})

    html = page.content.decode()
    assert page.status_code == 403
    assert "Een lang\nverhaal" in html
    assert f'action="{link_of(ticket)}"' in html
    assert 'type="hidden" name="kept" value="abc"' in html


@pytest.mark.parametrize(
    "body", ["\x00\u202e\r\n", "👩\u200d💻", "x" * 10_000_000, "e" + "\u0301\u0316" * 50_000, "{{ 7|add:7 }}<script>"]
)
def test_nothing_typed_breaks_the_answer(client, ticket, link_of, body):
    page = client.post(link_of(ticket), {"body": body})

    assert page.status_code in {303, 422}
    assert client.get(link_of(ticket)).status_code == 200
    assert b"<script>" not in client.get(link_of(ticket)).content.replace(b"<script src", b"")


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_messages(client, ticket, agent, link_of, assert_statements, count):
    for number in range(count):
        upload = factories_upload(f"{number}.txt", b"1")
        reply_to_ticket(actor=agent, ticket=ticket, new=NewMessage(body="Antwoord", uploads=(upload,)))
    url = link_of(ticket)

    with assert_statements(3):
        client.get(url)
