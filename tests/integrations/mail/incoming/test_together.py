"""Mails that wait together are read and dealt with together; one that is bad spoils no other."""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.actors import System
from helpdesk.accounts.models import Person
from helpdesk.kernel import outbox
from helpdesk.kernel.models import EventDelivery
from helpdesk.mailbox.events import MailStored
from helpdesk.mailbox.models import InboundMail
from helpdesk.mailbox.services import process_again, store_mail
from helpdesk.tickets.models import Attachment, MessageDelivery, Ticket
from integrations.mail.incoming import becoming, processing
from tests import factories
from tests.letters import file, letter

BOMB = b"From: an@aalter.example\nSubject: Bomb\n" + b"X-Field: x\n" * 1001 + b"\nText\n"


@pytest.fixture
def wait(settings, tmp_path, db):
    """Let mails wait until all of them are there."""
    settings.FILES_DIR = tmp_path / "files"
    factories.queue()

    def stored(*raws: bytes) -> list[InboundMail]:
        return [store_mail(actor=System(), chunks=[raw], source="pipe") for raw in raws]

    return stored


def named(number: int) -> bytes:
    return letter(f"Vraag {number}", sender=f"An <an{number}@aalter.example>", subject=f"Vraag {number}")


def states() -> list[str]:
    return list(InboundMail.objects.order_by("pk").values_list("state", flat=True))


def test_mails_that_wait_together_become_a_ticket_each_in_the_order_in_which_they_came(wait):
    wait(*(named(number) for number in range(12)))

    outbox.drain_until_idle()

    assert list(Ticket.objects.order_by("pk").values_list("subject", flat=True)) == [f"Vraag {n}" for n in range(12)]
    assert set(EventDelivery.objects.filter(lane="mail").values_list("state", "attempts")) == {("done", 1)}


def test_a_mail_that_cannot_be_read_stands_aside_and_those_beside_it_are_tickets(wait):
    wait(named(1), BOMB, named(2))

    outbox.drain_until_idle()

    assert states() == ["processed", "unprocessable", "processed"]
    assert Ticket.objects.count() == 2


def test_a_mail_that_is_our_own_fault_stands_aside_without_a_trace_and_those_beside_it_are_tickets(wait, monkeypatch):
    confirm = becoming._is_answerable

    def fail_at_two(arrival):
        # By now its ticket is written.
        if arrival.read.parsed.subject == "Vraag 2":
            raise LookupError("a fault of ours")
        return confirm(arrival)

    monkeypatch.setattr(becoming, "_is_answerable", fail_at_two)
    wait(*(named(number) for number in (1, 2, 3)))

    outbox.drain_until_idle()

    assert states() == ["processed", "unprocessable", "processed"]
    assert list(Ticket.objects.order_by("pk").values_list("subject", flat=True)) == ["Vraag 1", "Vraag 3"]


def test_what_one_address_says_again_among_mails_that_wait_together_is_not_answered(wait):
    said = [letter("Kapot", sender="Meter <meter@aalter.example>", subject=f"Storing {number}") for number in (1, 2)]
    wait(*said, named(3))

    outbox.drain_until_idle()

    mails = InboundMail.objects.order_by("pk")
    assert list(mails.values_list("is_answerable", flat=True)) == [True, False, True]
    held = MessageDelivery.objects.filter(state="held").values_list("message__ticket__subject", flat=True)
    assert list(held) == ["Storing 2"]


def test_among_mails_that_wait_together_each_name_of_an_address_is_a_person_of_its_own(wait):
    wait(*(letter(name, sender=f"{name} <info@aalter.example>", subject=name) for name in ("An", "Bo", "An")))

    outbox.drain_until_idle()

    tickets = Ticket.objects.order_by("pk")
    assert list(tickets.values_list("requester__name", flat=True)) == ["An", "Bo", "An"]
    assert Person.objects.filter(email_key="info@aalter.example").count() == 2


def test_a_mail_that_is_a_ticket_already_is_found_among_those_beside_it(wait):
    [known] = wait(named(1))
    outbox.drain_until_idle()
    # As if the process had died between the two; the number of the form is what is left.
    InboundMail.objects.update(ticket=None, message=None, state="received")
    process_again(actor=System(), mail=known)
    wait(named(2))

    outbox.drain_until_idle()

    assert states() == ["processed", "processed"]
    assert list(Ticket.objects.order_by("pk").values_list("subject", flat=True)) == ["Vraag 1", "Vraag 2"]


@pytest.mark.parametrize("number", [1, 3])
def test_a_mail_more_costs_two_statements_more(wait, number):
    mails = wait(*(named(each) for each in range(number)))
    readings = processing.read_stored_mails([MailStored(mail_id=mail.pk) for mail in mails])

    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        processing.process_mails([], readings)

    asked = [query["sql"] for query in queries if not re.match("BEGIN|COMMIT|SAVEPOINT|RELEASE", query["sql"])]
    assert len(asked) == 10 + 2 * number


def test_a_mail_that_is_asked_for_twice_is_dealt_with_once(wait):
    [mail] = wait(named(1))
    process_again(actor=System(), mail=mail)

    outbox.drain_until_idle()

    assert (states(), Ticket.objects.count()) == (["processed"], 1)


@pytest.mark.parametrize(("bound", "value"), [("TOGETHER_BYTES", 100), ("TOGETHER_S", -1.0)])
def test_mails_that_are_large_or_take_long_are_read_one_by_one(wait, monkeypatch, bound, value):
    monkeypatch.setattr(processing, bound, value)
    wait(letter(parts=(file("een.txt", b"een"),)), letter(parts=(file("twee.txt", b"twee"),)))

    outbox.drain_until_idle()

    assert states() == ["processed", "processed"]
    assert Attachment.objects.count() == 2
    assert set(EventDelivery.objects.filter(lane="mail").values_list("state", "attempts")) == {("done", 1)}
