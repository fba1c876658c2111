"""Mail to a real SMTP server: what arrives, and what is done with each kind of refusal."""

import re
import smtplib
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import parsedate_to_datetime
from select import select

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.kernel import leases, outbox, running
from helpdesk.kernel.models import EventDelivery
from helpdesk.tickets.models import MessageDelivery
from helpdesk.tickets.services import renew_link
from integrations.mail import subscribers
from integrations.mail.posting import Post
from tests import factories
from tests.engines.services import free_port
from tests.integrations.mail.conftest import (
    PATIENCE_S,
    answer,
    newest_delivery,
    send_again,
    send_newest,
    text_of,
)

pytestmark = pytest.mark.django_db
# Silence, and how long it is waited through: longer than a busy server needs for what it does say.
HASTY_S, SILENT_S = 2, 6.0
REPLY_ADDRESS = r"help\+[a-z2-7]{36}@contactpunt\.example"


def test_a_confirmation_arrives_with_exactly_these_headers(mail_server, question, run_outbox):
    run_outbox()

    [arrived] = mail_server.arrived
    [message] = mail_server.messages()
    delivery = newest_delivery()
    assert (arrived.mail_from, arrived.rcpt_tos) == ("<>", ["an.peeters@aalter.example"])
    assert sorted(message.keys()) == sorted([
        "Content-Type", "MIME-Version", "Subject", "From", "To", "Reply-To", "Message-ID", "Date", "Content-Language",
        "Auto-Submitted", "X-Auto-Response-Suppress",
    ])  # fmt: skip
    assert message["Subject"] == _("Your question %(reference)s has been received") % {"reference": question.reference}
    assert message["From"] == "Aanspreekpunt <help@contactpunt.example>"
    assert message["To"] == "an.peeters@aalter.example"
    assert re.fullmatch(REPLY_ADDRESS, message["Reply-To"])
    assert re.fullmatch(rf"<delivery\.{delivery.pk}\.[0-9a-f]{{16}}@contactpunt\.example>", message["Message-ID"])
    assert parsedate_to_datetime(message["Date"]) == delivery.created_at.replace(microsecond=0)
    assert message["Content-Language"] == "nl"
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.get_payload()] == ["text/plain", "text/html"]
    assert (delivery.state, delivery.attempts, delivery.last_error) == ("sent", 1, "")
    assert delivery.sent_at is not None


def test_an_answer_is_a_mail_of_a_person(mail_server, answered, run_outbox):
    run_outbox()

    [arrived] = mail_server.arrived
    [message] = mail_server.messages()
    assert arrived.rcpt_tos == ["an.peeters@aalter.example"]
    assert arrived.mail_from == message["Reply-To"]
    assert message["To"] == "An Peeters <an.peeters@aalter.example>"
    assert message["Auto-Submitted"] is None
    assert message["X-Auto-Response-Suppress"] is None
    for part in message.get_payload():
        assert "Probeer het nu opnieuw." in part.get_payload(decode=True).decode()


def test_a_new_link_is_automatic_mail(mail_server, question, run_outbox):
    run_outbox()
    renew_link(actor=factories.SYSTEM, reference=question.reference, email="an.peeters@aalter.example")
    run_outbox()

    first, second = mail_server.messages()
    assert mail_server.senders == ["<>", "<>"]
    assert second["Auto-Submitted"] == "auto-generated"
    links = {re.search(r"http\S+/t/\S+/", text_of(mail))[0] for mail in (first, second)}
    assert len(links) == 2


def test_the_mails_of_a_ticket_are_one_thread(mail_server, question, run_outbox):
    for text in ("Een", "Twee"):
        run_outbox()
        answer(question, text)
    run_outbox()

    first, second, third = mail_server.messages()
    ids = [mail["Message-ID"].strip() for mail in (first, second, third)]
    assert (first["In-Reply-To"], first["References"]) == (None, None)
    assert (second["In-Reply-To"], second["References"]) == (ids[0], ids[0])
    assert third["In-Reply-To"].strip() == ids[1]
    assert third["References"].split() == ids[:2]
    assert len({mail["Reply-To"] for mail in (first, second, third)}) == 1


def test_a_thread_of_another_ticket_of_the_same_person_stays_apart(mail_server, question, run_outbox):
    run_outbox()
    factories.ticket(requester=("An Peeters", "an.peeters@aalter.example"))
    run_outbox()

    first, second = mail_server.messages()
    assert second["References"] is None
    assert first["Reply-To"] != second["Reply-To"]


@pytest.mark.parametrize(
    "answers",
    [{"to_recipient": "451 4.7.1 greylisted, come back"}, {"to_sender": "421 too busy"}, {"to_data": "452 disk full"}],
)
def test_a_server_that_says_later_gets_the_same_mail_later(mail_server, question, run_outbox, answers):
    for when, line in answers.items():
        setattr(mail_server, when, line)
    run_outbox()

    delivery = newest_delivery()
    waiting = EventDelivery.objects.get(subscriber__endswith="send_delivery")
    assert (delivery.state, delivery.attempts, delivery.last_error) == ("queued", 1, next(iter(answers.values())))
    assert waiting.state == "pending"
    assert timedelta(seconds=47) < waiting.due_at - timezone.now() < timedelta(seconds=73)

    mail_server.to_sender = mail_server.to_recipient = mail_server.to_data = "250 OK"
    send_again()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.last_error) == ("sent", 2, "")
    assert len(mail_server.arrived) == 1


@pytest.mark.parametrize("when", ["to_sender", "to_recipient", "to_data"])
def test_a_mail_that_is_refused_for_good_says_so_and_is_not_sent_again(mail_server, question, run_outbox, when):
    setattr(mail_server, when, "550 5.1.1 no such mailbox at aalter.example")
    run_outbox()
    send_again()
    send_newest()

    delivery = newest_delivery()
    assert (delivery.state, delivery.attempts) == ("failed", 1)
    assert delivery.last_error == "550 5.1.1 no such mailbox at aalter.example"
    assert (mail_server.attempts, mail_server.arrived) == (1, [])


def test_a_server_that_wants_us_to_sign_in_refuses_our_settings_not_the_mail(mail_server, question, run_outbox):
    mail_server.to_sender = "530 5.7.0 authentication required"
    run_outbox()

    assert (newest_delivery().state, newest_delivery().last_error) == ("queued", "530 5.7.0 authentication required")


def test_silence_after_the_text_costs_a_second_copy_with_the_same_identifiers(
    settings, mail_server, answered, run_outbox
):
    settings.EMAIL_TIMEOUT = HASTY_S
    mail_server.to_data = SILENT_S
    run_outbox()
    delivery = newest_delivery()
    assert (delivery.state, delivery.attempts) == ("queued", 1)
    assert "timed out" in delivery.last_error

    mail_server.to_data = "250 OK"
    send_again()
    [message] = mail_server.messages()
    assert newest_delivery().state == "sent"
    assert f"<delivery.{delivery.pk}." in message["Message-ID"]


@pytest.mark.parametrize("silence", [SILENT_S, "421 4.3.2 shutting down"])
def test_a_server_that_keeps_the_mail_and_does_not_say_so_gets_it_once_more_as_the_same_mail(
    settings, mail_server, answered, run_outbox, silence
):
    settings.EMAIL_TIMEOUT = HASTY_S
    mail_server.takes_all, mail_server.to_data = True, silence
    run_outbox()
    run_outbox()
    assert (len(mail_server.arrived), newest_delivery().state) == (1, "queued")

    mail_server.to_data = "250 OK"
    send_again()
    send_again()
    first, again = mail_server.messages()
    assert again["Message-ID"] == first["Message-ID"]
    assert text_of(again) == text_of(first)
    assert (newest_delivery().state, newest_delivery().attempts) == ("sent", 2)


@pytest.mark.parametrize("greeting", [b"", b"421 4.3.2 too many connections\r\n", b"554 5.7.1 go away\r\n"])
def test_a_server_that_says_nothing_or_will_not_speak_to_us_is_tried_later(settings, question, run_outbox, greeting):
    settings.EMAIL_BACKEND = "integrations.mail.backends.SmtpBackend"
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor() as threads:
        port = listener.getsockname()[1]
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, HASTY_S
        greeted = threads.submit(_greet, listener, greeting)
        run_outbox()
        greeted.result()

    delivery = newest_delivery()
    assert (delivery.state, delivery.attempts) == ("queued", 1)
    assert delivery.last_error


def _greet(listener: socket.socket, greeting: bytes) -> None:
    link, _address = listener.accept()
    with link:
        link.sendall(greeting)
        while link.recv(1000):
            pass


def test_the_same_mail_composed_twice_is_the_same_byte_for_byte(mail_server, answered, run_outbox):
    run_outbox()
    MessageDelivery.objects.update(state="queued")
    send_newest()

    first, again = mail_server.arrived
    assert (len(first.content) > 1_000, again.content) == (True, first.content)


def test_a_server_that_does_not_say_goodbye_has_taken_the_mail_all_the_same(
    settings, mail_server, question, run_outbox
):
    settings.EMAIL_TIMEOUT = HASTY_S
    mail_server.to_quit = SILENT_S
    run_outbox()

    assert (newest_delivery().state, len(mail_server.arrived)) == ("sent", 1)


def test_a_server_that_is_not_there_is_tried_later(settings, question, run_outbox):
    settings.EMAIL_BACKEND = "integrations.mail.backends.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), PATIENCE_S
    run_outbox()

    delivery = newest_delivery()
    assert (delivery.state, delivery.attempts) == ("queued", 1)
    assert "Connection refused" in delivery.last_error


def test_a_server_that_cannot_encrypt_is_tried_later_and_gets_nothing_in_the_open(
    settings, mail_server, question, run_outbox
):
    settings.EMAIL_USE_TLS = True
    run_outbox()

    assert (newest_delivery().state, mail_server.attempts) == ("queued", 0)
    assert "STARTTLS" in newest_delivery().last_error


def test_a_server_that_speaks_no_tls_is_tried_later(settings, mail_server, question, run_outbox):
    settings.EMAIL_USE_SSL = True
    run_outbox()

    assert (newest_delivery().state, newest_delivery().attempts, mail_server.attempts) == ("queued", 1, 0)
    assert "SSL" in newest_delivery().last_error


def test_after_the_last_attempt_the_mail_is_visibly_not_delivered(mail_server, question, run_outbox):
    mail_server.to_recipient = "451 not now"
    run_outbox()
    for _attempt in subscribers.SEND_DELAYS_S:
        EventDelivery.objects.filter(state="pending").update(due_at=timezone.now())
        run_outbox()

    delivery = newest_delivery()
    assert (delivery.state, delivery.attempts) == ("failed", 9)
    assert delivery.last_error == _("Given up after %(count)d attempts. The last answer: %(reason)s") % {
        "count": 9,
        "reason": "451 not now",
    }
    assert not EventDelivery.objects.exclude(state="done").exists()


def test_a_fault_of_ours_shows_with_the_message_too(question, run_outbox, monkeypatch):
    monkeypatch.setattr(subscribers, "mail_for", lambda _: {}["template"])
    run_outbox()

    delivery = newest_delivery()
    assert (delivery.state, delivery.attempts) == ("queued", 1)
    assert "KeyError: 'template'" in delivery.last_error


@pytest.mark.parametrize("state", ["sent", "failed", "held"])
def test_what_is_settled_stays_settled(mailoutbox, question, run_outbox, state):
    run_outbox()
    mailoutbox.clear()
    MessageDelivery.objects.update(state=state)
    send_newest()

    assert (mailoutbox, newest_delivery().state, newest_delivery().attempts) == ([], state, 1)


def test_a_demonstration_mails_only_fictitious_people(settings, mailoutbox, run_outbox):
    settings.DEMO = True
    for address in ("an@aalter.example", "an@gent.be", "an@aalter.example.gent.be", "example@notexample"):
        factories.ticket(requester=("An", address))
    run_outbox()

    held = _("This is a demonstration: mail only goes to addresses that end in .example.")
    outcome = MessageDelivery.objects.order_by("pk").values_list("state", "last_error")
    assert list(outcome) == [("sent", ""), ("held", held), ("held", held), ("held", held)]
    assert [mail.to for mail in mailoutbox] == [["an@aalter.example"]]


def test_in_production_everybody_is_mailed(settings, mailoutbox, run_outbox):
    settings.DEMO = False
    factories.ticket(requester=("An", "an@gent.be"))
    run_outbox()

    assert [mail.to for mail in mailoutbox] == [["an@gent.be"]]


def test_a_mail_not_ours_goes_out_as_django_sends_it(mail_server):
    from django.core.mail import send_mail  # noqa: PLC0415 - named like our command

    assert send_mail("Subject", "Text", "us@contactpunt.example", ["an@aalter.example"]) == 1
    [arrived] = mail_server.arrived
    assert (arrived.mail_from, arrived.rcpt_tos) == ("us@contactpunt.example", ["an@aalter.example"])


def test_the_servers_words_fit_on_one_line():
    refused = smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"no\r\nsuch\xffuser" + b"x" * 900)})

    text = subscribers.reason_of(refused)
    assert text.startswith("550 no such\ufffduserxxx")
    assert len(text) == 500


def test_mails_that_wait_together_go_over_one_connection(mail_server, run_outbox):
    for number in range(3):
        factories.ticket(requester=("An", f"an{number}@aalter.example"))
    run_outbox()

    assert len(mail_server.arrived) == 3
    assert len(mail_server.conversations) == 1


def test_a_server_that_hangs_up_in_between_is_called_again(mail_server, run_outbox, monkeypatch):
    mail_server.hangs_up = True
    send = Post.send

    def send_and_see_it_hang_up(post, mail):
        send(post, mail)
        assert select([post._connection.connection.sock], [], [], PATIENCE_S)[0]

    monkeypatch.setattr(Post, "send", send_and_see_it_hang_up)
    for number in range(3):
        factories.ticket(requester=("An", f"an{number}@aalter.example"))
    run_outbox()

    assert [envelope.rcpt_tos for envelope in mail_server.arrived] == [[f"an{n}@aalter.example"] for n in range(3)]
    assert set(MessageDelivery.objects.values_list("state", "attempts")) == {("sent", 1)}
    assert len(mail_server.conversations) == 3


def test_one_address_that_is_refused_holds_up_no_mail_beside_it(mail_server, run_outbox):
    mail_server.unknown = "an1@aalter.example"
    for number in range(3):
        factories.ticket(requester=("An", f"an{number}@aalter.example"))
    run_outbox()

    assert list(MessageDelivery.objects.order_by("pk").values_list("state", flat=True)) == ["sent", "failed", "sent"]
    assert [envelope.rcpt_tos for envelope in mail_server.arrived] == [["an0@aalter.example"], ["an2@aalter.example"]]


@pytest.mark.parametrize("number", [1, 3])
def test_what_several_mails_are_made_of_is_read_together(mail_server, assert_statements, number):
    for each in range(number):
        factories.ticket(requester=("An", f"an{each}@aalter.example"))
    outbox.drain("fast")
    claimed = leases.claim("slow")

    # The deliveries, their files, links and earlier mails, and the marks; and of each that it went.
    with assert_statements(5 + number):
        running.run(claimed)
