"""Messages, and who may write them."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from helpdesk.accounts.actors import System
from helpdesk.kernel.policy import RefusedError
from helpdesk.tickets.content import Upload
from helpdesk.tickets.models import Attachment, Message, MessageDelivery
from helpdesk.tickets.services import NewMessage, add_note, attach_file, change_ticket, reply_to_ticket
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return factories.actor(factories.agent(queues=(factories.queue(),)))


@pytest.fixture
def ticket():
    return factories.ticket()


def say(actor, ticket, body="Tekst", **values):
    return reply_to_ticket(actor=actor, ticket=ticket, new=NewMessage(body=body, **values))


def test_an_answer_is_mailed_to_the_requester_and_a_note_to_nobody(agent, ticket):
    answer = say(agent, ticket, "Probeer opnieuw.")
    add_note(actor=agent, ticket=ticket, new=NewMessage(body="Lastig geval"))

    deliveries = MessageDelivery.objects.values_list("message", "address", "purpose", "state")
    assert list(deliveries) == [(answer.pk, "an.peeters@aalter.example", "reply", "queued")]


def test_the_status_follows_who_wrote(agent, ticket):
    guest = factories.guest(ticket)

    say(agent, ticket)
    ticket.refresh_from_db()
    assert ticket.status == "open"

    change_ticket(actor=agent, ticket=ticket, status="waiting_requester")
    say(guest, ticket)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.identity_assurance) == ("open", "mail_verified")


def test_sequence_and_counters_count_every_message_and_show_the_requester_only_theirs(agent, ticket):
    say(agent, ticket)
    add_note(actor=agent, ticket=ticket, new=NewMessage(body="nota"))
    ticket.refresh_from_db()

    assert list(ticket.messages.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3]
    assert (ticket.last_seq, ticket.message_count, ticket.public_message_count) == (3, 3, 2)
    assert ticket.last_message_at == ticket.messages.get(seq=2).created_at
    assert ticket.public_updated_at < ticket.updated_at


def test_a_resend_with_the_same_client_id_is_the_message_that_was_sent(agent, ticket):
    client_id = uuid.uuid4()

    first, again = (say(agent, ticket, client_id=client_id) for _ in range(2))

    assert (again, Message.objects.count(), MessageDelivery.objects.count()) == (first, 2, 1)


def test_other_words_under_the_same_client_id_are_not_lost(agent, ticket):
    client_id = uuid.uuid4()

    say(agent, ticket, client_id=client_id)
    other = say(agent, ticket, "Nog iets", client_id=client_id)

    assert (other.body.text, other.client_id, Message.objects.count()) == ("Nog iets", None, 3)


def test_an_agent_of_another_queue_cannot_write(ticket):
    stranger = factories.actor(factories.agent(queues=(factories.queue("andere-entiteit"),)))

    for write in (say, lambda a, t: add_note(actor=a, ticket=t, new=NewMessage(body="x"))):
        with pytest.raises(RefusedError):
            write(stranger, ticket)
    assert Message.objects.count() == 1


def test_the_requester_cannot_write_notes(ticket):
    with pytest.raises(RefusedError):
        add_note(actor=factories.guest(ticket), ticket=ticket, new=NewMessage(body="x"))


def test_a_requester_reopens_within_fourteen_days_and_not_after(agent, ticket):
    guest = factories.guest(ticket)
    change_ticket(actor=guest, ticket=ticket, status="closed")
    now = timezone.now()

    with time_machine.travel(now + timedelta(days=15)), pytest.raises(RefusedError):
        say(guest, ticket)
    with time_machine.travel(now + timedelta(days=13)):
        say(guest, ticket)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.reopened_count, ticket.closed_at) == ("open", 1, None)


def test_an_uploaded_file_goes_with_one_message_of_who_uploaded_it(agent, ticket):
    upload = Upload(filename="scherm.png", content_type="image/png", size=3, sha256="a" * 64)
    mine = attach_file(actor=agent, ticket=ticket, upload=upload)
    theirs = attach_file(actor=factories.guest(ticket), ticket=ticket, upload=upload)

    with pytest.raises(RefusedError):
        say(agent, ticket, attachments=(mine.pk, theirs.pk))
    message = say(agent, ticket, attachments=(mine.pk,))

    assert [file.pk for file in message.attachments.all()] == [mine.pk]
    assert Attachment.objects.get(pk=theirs.pk).message is None
    with pytest.raises(RefusedError):
        say(agent, ticket, attachments=(mine.pk,))


@pytest.mark.parametrize("count", [1, 3])
def test_an_answer_costs_eight_statements_however_long_the_thread(agent, ticket, count, assert_statements):
    for _ in range(count):
        say(agent, ticket)
    agent.memo.clear()

    with assert_statements(8):
        say(agent, ticket)


def test_what_the_product_writes_itself_is_said_by_the_system(db):
    note = add_note(actor=System(), ticket=factories.ticket("Vraag"), new=NewMessage(body="Er kwam een mail."))

    assert (note.author, note.author_role) == (None, "system")
