"""What agents see of mail: quotes folded, doubts said, the source at hand, and what could not be read."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from helpdesk.mailbox.models import InboundMail
from helpdesk.tickets.models import Ticket
from integrations.mail.reading.read import read
from tests import factories
from tests.letters import file, html, letter, passed, reference_to, token_of

SIGNED_IN = 2
REPLY = """Het werkt nog niet.

Op di 24 nov 2026 om 14:05 schreef Contactpunt <help@contactpunt.example>:
> Probeer het opnieuw.
"""
UNREADABLE = b"".join(b"X-%d: y\n" % number for number in range(1001)) + b"From: an@aalter.example\n\nx"


def test_a_quote_is_folded_and_all_of_it_is_there(desk, arrive):
    mail = arrive(letter(REPLY))

    page = desk.as_bram.get(f"/desk/t/{mail.ticket.reference}/").content.decode()

    own, _, folded = page.partition('<details class="fold"><summary>Toon de eerdere mail</summary>')
    assert own.endswith("<p>Het werkt nog niet.</p>\n")
    assert "&gt; Probeer het opnieuw." in folded.partition("</details>")[0]


def test_the_requester_sees_it_folded_too(desk, arrive, client):
    mail = arrive(letter(REPLY, fields=(("Authentication-Results", passed("aalter.example")),)))
    official = factories.official("An Peeters", email="an.peeters@aalter.example")
    client.force_login(official)

    page = client.get(f"/mijn/{mail.ticket.reference}/").content.decode()

    assert page.count('<details class="fold">') == 1


def test_an_unverified_reply_says_so(desk, arrive, run_outbox):
    ticket = factories.ticket()
    run_outbox()
    arrive(letter("Ik ben het echt.", fields=(reference_to(ticket),)))

    page = desk.as_bram.get(f"/desk/t/{ticket.reference}/").content.decode()
    assert page.count("afzender niet gecontroleerd") == 1


def test_an_automatic_answer_says_so(desk, arrive, run_outbox):
    ticket = factories.ticket()

    arrive(letter("Ik ben er niet.", to=token_of(ticket), fields=(("Auto-Submitted", "auto-replied"),)))

    page = desk.as_bram.get(f"/desk/t/{ticket.reference}/").content.decode()
    assert page.count("automatisch antwoord") == 1


def test_the_mail_as_it_came_tells_where_it_is_from(desk, arrive):
    mail = arrive(letter(fields=(("Received", "from mail.aalter.example"), ("X-Secret", "geheim"))))

    page = desk.as_bram.get(f"/desk/t/{mail.ticket.reference}/mail/1/").content.decode()

    assert "from mail.aalter.example" in page
    assert "An Peeters &lt;an.peeters@aalter.example&gt;" in page
    assert "geheim" not in page


def test_the_source_is_the_mail_byte_for_byte_and_taking_it_is_noted(desk, arrive, caplog):
    raw = letter(parts=(file("a.bin", bytes(range(256))),))
    mail = arrive(raw)

    with caplog.at_level("INFO", "helpdesk.mailbox.downloads"):
        answer = desk.as_bram.get(f"/desk/t/{mail.ticket.reference}/mail/1/bron/")

    assert b"".join(answer.streaming_content) == raw
    assert answer["Content-Disposition"] == f'attachment; filename="mail-{mail.pk}.eml"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert f"user:{desk.bram.pk} took the source of mail {mail.pk}" in caplog.text
    assert desk.as_wim.get(f"/desk/t/{mail.ticket.reference}/mail/1/bron/").status_code == 404


def test_a_mail_that_could_not_be_read_stands_in_a_list_with_its_reason_until_it_can(
    desk, arrive, run_outbox, monkeypatch
):
    mail = arrive(UNREADABLE)
    page = desk.as_bram.get("/desk/post/").content.decode()
    assert "Deze mail heeft meer dan 1.000 velden in de hoofding." in page
    assert b"".join(desk.as_bram.get(f"/desk/post/{mail.pk}/bron/").streaming_content) == UNREADABLE

    monkeypatch.setattr("integrations.mail.incoming.processing.read_mail", _read_another)
    answer = desk.as_bram.post(f"/desk/post/{mail.pk}/opnieuw/", follow=True).content.decode()
    run_outbox()

    assert "De mail wordt opnieuw gelezen." in answer
    assert "Alles kon gelezen worden" in desk.as_bram.get("/desk/post/").content.decode()
    assert Ticket.objects.get().subject == "Nu wel"


def _read_another(_raw):
    return read(letter(subject="Nu wel"))


def test_a_mail_that_waits_for_a_minute_stands_there_too(desk, arrive):
    mail = arrive(letter())
    for state, age, shown in (("received", 59, False), ("received", 61, True), ("processed", 61, False)):
        # However long the page takes.
        with time_machine.travel(timezone.now(), tick=False):
            received = timezone.now() - timedelta(seconds=age)
            InboundMail.objects.filter(pk=mail.pk).update(state=state, received_at=received, reason="")

            page = desk.as_bram.get("/desk/post/").content.decode()

        assert ("Deze mail wacht al langer dan een minuut." in page) is shown


def test_who_does_not_serve_the_default_queue_sees_none_of_it(desk, arrive):
    mail = arrive(UNREADABLE)

    assert "Alles kon gelezen worden" in desk.as_wim.get("/desk/post/").content.decode()
    assert desk.as_wim.get(f"/desk/post/{mail.pk}/bron/").status_code == 404
    assert desk.as_wim.post(f"/desk/post/{mail.pk}/opnieuw/").status_code == 404


@pytest.mark.parametrize("mails", [1, 3])
def test_the_list_takes_five_queries(desk, arrive, assert_statements, mails):
    for number in range(mails):
        arrive(UNREADABLE + str(number).encode())

    with assert_statements(SIGNED_IN + 5):
        desk.as_bram.get("/desk/post/")


@pytest.mark.parametrize("messages", [1, 3])
def test_a_ticket_of_mails_takes_as_many_queries_as_any(desk, arrive, assert_statements, messages):
    mail = arrive(letter(parts=(html("<p>x</p>"),)))
    for number in range(1, messages):
        arrive(letter(f"Nog {number}", to=token_of(mail.ticket)))

    with assert_statements(SIGNED_IN + 8):
        desk.as_bram.get(f"/desk/t/{mail.ticket.reference}/")


def test_a_ticket_from_another_s_address_leads_to_the_other(desk, arrive):
    ticket = factories.ticket()
    mail = arrive(letter(sender="piet@elders.example", to=token_of(ticket)))

    page = desk.as_bram.get(f"/desk/t/{mail.ticket.reference}/").content.decode()

    assert f'Hangt samen met <a class="reference" href="/desk/t/{ticket.reference}/">{ticket.reference}</a>' in page


def test_an_answer_by_mail_that_is_held_back_is_for_who_serves_its_ticket(desk, arrive, run_outbox):
    """What it quotes is of their queue, and nobody else's."""
    ticket = factories.ticket(application=factories.application("andere", queue=desk.other))
    quotes = letter(
        "> Ik geraak niet binnen.",
        sender=f"Wim <{desk.wim.person.email}>",
        to=token_of(ticket, desk.wim.person),
        fields=(("Authentication-Results", passed("aalter.example")),),
    )

    mail = arrive(quotes)

    assert (mail.state, mail.ticket) == ("unprocessable", ticket)
    assert ticket.reference in desk.as_wim.get("/desk/post/").content.decode()
    assert b"".join(desk.as_wim.get(f"/desk/post/{mail.pk}/bron/").streaming_content) == quotes
    assert ticket.reference not in desk.as_bram.get("/desk/post/").content.decode()
    assert desk.as_bram.get(f"/desk/post/{mail.pk}/bron/").status_code == 404
    note = ticket.messages.order_by("seq").last()
    assert (note.is_internal, "ging niet uit" in note.body.text) == (True, True)
