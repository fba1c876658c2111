"""Replies and notes at the desk: sent once, never by mistake, never unseen."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.tickets.models import Attachment, Message, MessageDelivery
from helpdesk.tickets.services import NewMessage, add_note, change_ticket, reply_to_ticket, token_of
from tests import factories


@pytest.fixture
def ticket(desk):
    return factories.ticket()


def write(browser, ticket, composer, body, **data):
    return browser.post(f"/desk/t/{ticket.reference}/{composer}/", {"body": body, **data})


def texts(ticket):
    return list(Message.objects.filter(ticket=ticket).order_by("seq").values_list("body__text", flat=True))


def test_a_reply_is_public_and_owed_to_the_requester_by_mail(desk, ticket):
    response = write(desk.as_bram, ticket, "antwoord", "Probeer het opnieuw", seen="1")

    message = Message.objects.get(ticket=ticket, seq=2)
    ticket.refresh_from_db()
    assert (response.status_code, response.headers["Location"]) == (303, f"/desk/t/{ticket.reference}/#m2")
    assert (message.kind, message.direction, message.author) == ("public_reply", "outbound", desk.bram.person)
    assert message.deliveries.get().address == "an.peeters@aalter.example"
    assert ticket.status == "open"


def test_a_note_is_mailed_to_nobody_and_stands_on_no_page_of_the_requester(desk, client, signed_in, run_outbox):
    secret = "Dit mag niemand buiten weten"
    official = factories.official()
    ticket = factories.ticket(by=factories.actor(official))

    write(desk.as_bram, ticket, "nota", secret)
    run_outbox()

    note = Message.objects.get(ticket=ticket, seq=2)
    pages = [
        client.get(f"/t/{token_of(ticket.access_links.get())}/"),
        signed_in(official).get(f"/mijn/{ticket.reference}/"),
    ]
    assert (note.kind, note.direction) == ("internal_note", "internal")
    assert not MessageDelivery.objects.filter(message=note).exists()
    assert secret in desk.as_bram.get(f"/desk/t/{ticket.reference}/").content.decode()
    assert [(page.status_code, secret in page.content.decode()) for page in pages] == [(200, False), (200, False)]


@pytest.mark.parametrize(("composer", "kind"), [("antwoord", "public_reply"), ("nota", "internal_note")])
def test_only_the_address_of_the_form_says_whether_it_is_public(desk, ticket, composer, kind):
    write(desk.as_bram, ticket, composer, "Tekst", kind="public_reply", is_internal="0", internal="")

    assert Message.objects.get(ticket=ticket, seq=2).kind == kind


def test_the_status_can_change_with_the_reply(desk, ticket):
    write(desk.as_bram, ticket, "antwoord", "Welk scherm ziet u?", status="waiting_requester")

    ticket.refresh_from_db()
    assert ticket.status == "waiting_requester"


def test_a_reply_cannot_resolve_without_saying_how_it_ended(desk, ticket):
    choices = desk.as_bram.get(f"/desk/t/{ticket.reference}/").context["panel"].reply_statuses
    response = write(desk.as_bram, ticket, "antwoord", "Klaar", status="resolved")

    ticket.refresh_from_db()
    assert "resolved" not in {choice.value for choice in choices}
    assert (response.status_code, ticket.status) == (422, "new")


@pytest.mark.parametrize("composer", ["antwoord", "nota"])
def test_an_empty_message_is_refused_with_the_reason(desk, ticket, composer):
    response = write(desk.as_bram, ticket, composer, "  \n ")

    assert response.status_code == 422
    assert "Schrijf uw bericht." in response.content.decode()
    assert texts(ticket) == ["Ik krijg een foutmelding."]


def test_a_move_that_is_not_allowed_keeps_the_text(desk, ticket):
    change_ticket(actor=factories.actor(desk.bram), ticket=ticket, status="open")

    response = write(desk.as_bram, ticket, "antwoord", "Mijn mooie zin", status="new")

    assert response.status_code == 422
    assert response.context["reply"].text == "Mijn mooie zin"
    assert response.context["note"].text == ""
    assert texts(ticket) == ["Ik krijg een foutmelding."]


def test_a_reply_to_what_was_not_read_yet_is_held_back_and_shows_what_is_new(desk, ticket):
    reply_to_ticket(actor=factories.guest(ticket), ticket=ticket, new=NewMessage(body="Het is al opgelost"))

    held = write(desk.as_bram, ticket, "antwoord", "Mijn antwoord", seen="1")

    draft = held.context["reply"]
    assert held.status_code == 409
    assert (draft.text, draft.seen, [entry.text for entry in draft.news]) == (
        "Mijn antwoord",
        2,
        ["<p>Het is al opgelost</p>"],
    )
    assert texts(ticket) == ["Ik krijg een foutmelding.", "Het is al opgelost"]

    write(desk.as_bram, ticket, "antwoord", "Mijn antwoord", seen="2")
    assert texts(ticket)[-1] == "Mijn antwoord"


def test_of_two_who_answer_at_once_the_second_is_told(desk, ticket):
    write(desk.as_bram, ticket, "antwoord", "Van Bram", seen="1")

    held = write(desk.as_nadia, ticket, "antwoord", "Van Nadia", seen="1")

    assert held.status_code == 409
    assert [entry.author for entry in held.context["reply"].news] == ["Bram De Smet"]
    assert texts(ticket) == ["Ik krijg een foutmelding.", "Van Bram"]


def test_a_colleagues_note_holds_no_reply_back(desk, ticket):
    add_note(actor=factories.actor(desk.nadia), ticket=ticket, new=NewMessage(body="Ik kijk mee"))

    assert write(desk.as_bram, ticket, "antwoord", "Antwoord", seen="1").status_code == 303


@pytest.mark.parametrize("seen", ["", "-1", "x", "99999999999999999999", "1 OR 1=1"])
def test_a_strange_number_of_the_last_message_breaks_nothing(desk, ticket, seen):
    assert write(desk.as_bram, ticket, "antwoord", "Antwoord", seen=seen).status_code in (303, 422)


@pytest.mark.parametrize("composer", ["antwoord", "nota"])
def test_sending_the_same_form_twice_writes_one_message(desk, ticket, composer):
    once = str(uuid.uuid4())

    answers = [write(desk.as_bram, ticket, composer, "Eén keer", client_id=once).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert texts(ticket) == ["Ik krijg een foutmelding.", "Eén keer"]


def test_files_go_with_the_message(desk, ticket):
    files = [SimpleUploadedFile("a.txt", b"een"), SimpleUploadedFile("b.txt", b"twee")]

    write(desk.as_bram, ticket, "antwoord", "Zie bijlagen", attachments=files)

    message = Message.objects.get(ticket=ticket, seq=2)
    assert [file.filename for file in message.attachments.order_by("filename")] == ["a.txt", "b.txt"]


def test_files_of_a_refused_reply_wait_and_go_along_the_next_time(desk, ticket):
    refused = write(desk.as_bram, ticket, "antwoord", "", attachments=[SimpleUploadedFile("a.txt", b"een")])
    ((kept, file),) = refused.context["reply"].files
    assert (refused.status_code, file.name) == (422, "a.txt")

    write(desk.as_bram, ticket, "antwoord", "Nu met tekst", attachment_ids=[str(kept), "geen-uuid"])

    assert Message.objects.get(ticket=ticket, seq=2).attachments.get().pk == kept


def test_a_file_that_is_too_large_is_named_and_the_rest_is_kept(desk, ticket, settings):
    settings.MAX_FILE_BYTES = 10
    files = [SimpleUploadedFile("groot.txt", b"x" * 11), SimpleUploadedFile("klein.txt", b"x")]

    refused = write(desk.as_bram, ticket, "antwoord", "Zie bijlagen", attachments=files)

    draft = refused.context["reply"]
    assert refused.status_code == 422
    assert draft.error.startswith("groot.txt: ")
    assert ([file.name for _id, file in draft.files], draft.text) == (["klein.txt"], "Zie bijlagen")


def test_a_file_of_a_colleague_cannot_be_taken(desk, ticket):
    refused = write(desk.as_nadia, ticket, "antwoord", "", attachments=[SimpleUploadedFile("a.txt", b"een")])
    ((kept, _file),) = refused.context["reply"].files

    response = write(desk.as_bram, ticket, "antwoord", "Van mij", attachment_ids=[str(kept)])

    assert response.status_code == 422
    assert response.context["reply"].files == []
    assert Attachment.objects.get(pk=kept).message is None


def test_a_file_is_found_only_under_its_own_ticket(desk, ticket):
    other = factories.ticket("ander")
    write(desk.as_bram, ticket, "nota", "Zie bijlage", attachments=[SimpleUploadedFile("a.html", b"<script>")])
    kept = Attachment.objects.get(ticket=ticket)

    own = desk.as_bram.get(f"/desk/t/{ticket.reference}/bijlagen/{kept.pk}/")
    foreign_parent = desk.as_bram.get(f"/desk/t/{other.reference}/bijlagen/{kept.pk}/")
    foreign_agent = desk.as_wim.get(f"/desk/t/{ticket.reference}/bijlagen/{kept.pk}/")

    assert (own.status_code, b"".join(own.streaming_content)) == (200, b"<script>")
    assert own.headers["Content-Disposition"] == 'attachment; filename="a.html"'
    assert own.headers["Content-Type"] == "application/octet-stream"
    assert (foreign_parent.status_code, foreign_agent.status_code) == (404, 404)


@pytest.mark.parametrize("body", ["\x00nul", "a\r\nb", "\u202eomgekeerd", "💥" * 1000, "x" * 200_000, "\ud800"])
@pytest.mark.parametrize("composer", ["antwoord", "nota"])
def test_strange_text_is_stored_clean_or_refused_and_never_breaks(desk, ticket, composer, body):
    content = f"body={body}".encode("utf-8", "surrogatepass")
    response = desk.as_bram.generic(
        "POST", f"/desk/t/{ticket.reference}/{composer}/", content, "application/x-www-form-urlencoded"
    )

    assert response.status_code in (303, 422)
    assert not any(character in text for text in texts(ticket) for character in "\x00\r\u202e\ud800")


def test_nothing_typed_becomes_markup(desk, ticket):
    attack = '<script>alert(1)</script> https://loket.example/?a="><img src=x onerror=alert(1)> javascript:alert(1)'
    write(desk.as_bram, ticket, "antwoord", attack)

    page = desk.as_bram.get(f"/desk/t/{ticket.reference}/").content.decode()

    assert "<script>alert" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page


def test_a_reply_that_could_not_be_delivered_says_why(desk, ticket):
    write(desk.as_bram, ticket, "antwoord", "Antwoord")
    MessageDelivery.objects.update(state="failed", last_error="550 5.1.1 mailbox unknown")

    page = desk.as_bram.get(f"/desk/t/{ticket.reference}/").content.decode()

    assert "550 5.1.1 mailbox unknown" in page
    assert "delivery--failed" in page
