"""Mail to colleagues: what was said in a ticket they handle, and an answer that did not arrive."""

import email

import pytest

from helpdesk.tickets.models import MessageDelivery
from helpdesk.tickets.services import NewMessage, add_note, change_ticket, record_bounce, reply_to_ticket
from tests import factories
from tests.integrations.mail.conftest import answer, text_of
from tests.letters import letter, reference_to, token_of

PURPOSE = MessageDelivery.Purpose


@pytest.fixture
def bram(question, run_outbox):
    """Who handles the question."""
    run_outbox()
    agent = factories.agent("Bram De Smet", queues=(question.queue,))
    change_ticket(actor=factories.actor(agent), ticket=question, assignee=agent)
    run_outbox()
    return agent


def mails_to(person) -> list[MessageDelivery]:
    return list(MessageDelivery.objects.filter(person=person).order_by("pk"))


def ask_on(question, text="Het werkt nog niet."):
    return reply_to_ticket(actor=factories.guest(question), ticket=question, new=NewMessage(body=text))


def test_who_handles_it_is_told_once_what_the_requester_wrote(question, bram, run_outbox, mail_server):
    message = ask_on(question)
    run_outbox()
    run_outbox()

    assert [(mail.purpose, mail.message, mail.state) for mail in mails_to(bram.person)] == [
        ("notification", message, "sent")
    ]
    sent = mail_server.messages()[-1]
    assert (sent["To"], sent["Auto-Submitted"], mail_server.senders[-1]) == (bram.person.email, "auto-generated", "<>")
    assert sent["Reply-To"] == token_of(question, bram.person)
    assert "Het werkt nog niet." in text_of(sent)
    assert f"/desk/t/{question.reference}/" in text_of(sent)
    assert "/t/" not in text_of(sent).replace(f"/desk/t/{question.reference}/", "")


@pytest.mark.parametrize("server", ["", "mx.contactpunt.example"])
def test_it_says_that_an_answer_by_mail_goes_out_only_where_that_is_so(
    question, bram, run_outbox, mail_server, settings, server
):
    settings.TRUSTED_AUTHSERV_ID = server
    ask_on(question)
    run_outbox()

    assert ("Antwoord op deze mail." in text_of(mail_server.messages()[-1])) is bool(server)


def test_the_quoted_part_is_left_out(question, bram, arrive, mail_server):
    arrive(letter("Nog niet.\n\nOp di 24 nov 2026 om 14:05 schreef Contactpunt <help@contactpunt.example>:\n> Eerder",
                  to=token_of(question)))  # fmt: skip

    said = text_of(mail_server.messages()[-1])
    assert ("Nog niet." in said, "Eerder" in said) == (True, False)


def test_nobody_is_told_of_notes_answers_or_what_nobody_handles(question, bram, run_outbox):
    actor = factories.actor(bram)
    add_note(actor=actor, ticket=question, new=NewMessage(body="nota"))
    reply_to_ticket(actor=actor, ticket=question, new=NewMessage(body="antwoord"))
    change_ticket(actor=actor, ticket=question, assignee=None)
    ask_on(question)
    run_outbox()

    assert mails_to(bram.person) == []


def test_words_that_may_be_anybody_s_mail_nobody(question, bram, arrive):
    arrive(letter(fields=(reference_to(question),)))
    arrive(letter(to=token_of(question), fields=(("Auto-Submitted", "auto-replied"),)))

    assert question.messages.filter(direction="inbound").count() == 3
    assert mails_to(bram.person) == []


def test_who_left_is_told_nothing(question, bram, run_outbox):
    bram.is_active = False
    bram.save()
    ask_on(question)
    run_outbox()

    assert mails_to(bram.person) == []


def test_who_handles_it_is_told_that_an_answer_came_back(question, bram, run_outbox, mail_server):
    answer(question, "Probeer het opnieuw.")
    run_outbox()
    delivery = MessageDelivery.objects.get(purpose="reply")

    assert record_bounce(delivery=delivery, error="550 onbekend")
    assert not record_bounce(delivery=delivery, error="550 onbekend")
    run_outbox()

    assert [(mail.purpose, mail.message) for mail in mails_to(bram.person)] == [("undelivered", delivery.message)]
    sent = mail_server.messages()[-1]
    subject = str(email.header.make_header(email.header.decode_header(sent["Subject"])))
    assert subject == f"{question.reference}: uw antwoord is niet aangekomen"


def test_mail_to_a_colleague_is_no_part_of_the_conversation(question, bram, run_outbox, client):
    ask_on(question)
    run_outbox()
    client.force_login(bram)

    page = client.get(f"/desk/t/{question.reference}/").content.decode()

    assert bram.person.email not in page
