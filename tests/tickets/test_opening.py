"""A question comes in through the open door."""

import uuid

import pytest

from helpdesk.kernel.models import OutboxEvent
from helpdesk.kernel.policy import RefusedError
from helpdesk.kernel.redaction import MASK
from helpdesk.tickets.models import AccessLink, Attachment, Message, Ticket
from helpdesk.tickets.reference import parse_reference
from helpdesk.tickets.services import NewTicket, open_ticket, token_of
from tests import factories
from tests.together import at_once

pytestmark = pytest.mark.django_db


def test_a_ticket_is_written_whole_with_its_message_its_link_and_its_event():
    ticket = factories.ticket("Ik geraak\r\nniet binnen", body="Een regel\r\nen nog een.")

    assert parse_reference(ticket.reference) == ticket.reference
    assert (ticket.subject, ticket.status, ticket.priority, ticket.identity_assurance) == (
        "Ik geraak niet binnen",
        "new",
        "normal",
        "unverified",
    )
    message = Message.objects.get(ticket=ticket)
    assert (message.seq, message.kind, message.direction, message.author_role) == (
        1,
        "public_reply",
        "inbound",
        "requester",
    )
    assert message.body.text == "Een regel\nen nog een."
    assert AccessLink.objects.get(ticket=ticket).person == ticket.requester
    assert list(OutboxEvent.objects.filter(name="ticket.opened").values_list("payload", flat=True)) == [
        {"ticket_id": ticket.pk, "queue_id": ticket.queue_id, "seq": 1}
    ]


def test_opening_costs_nine_statements(assert_statements):
    factories.queue()

    with assert_statements(9):
        open_ticket(
            actor=factories.Visitor(), new=NewTicket(subject="s", body="b", requester=("An", "an@aalter.example"))
        )


def test_national_numbers_are_masked_before_anything_is_written():
    ticket = factories.ticket("Ik ben 85.07.30-033.28", body="Rijksregister: 85073003328")

    assert ticket.subject == f"Ik ben {MASK}"
    assert ticket.messages.get().body.text == f"Rijksregister: {MASK}"


def test_the_application_chooses_the_queue_and_the_rest_goes_to_intake():
    loket = factories.queue("loket")
    application = factories.application("loket", queue=loket)

    assert factories.ticket(application=application).queue == loket
    assert factories.ticket(application=factories.application("onbekend")).queue.slug == "intake"


def test_a_signed_in_official_is_known_and_their_own_administration_is_proven():
    own, other = factories.organisation("Aalter"), factories.organisation("Aalst")
    actor = factories.actor(factories.official(organisation=own))

    mine = factories.ticket(by=actor, organisation=own)
    elsewhere = factories.ticket(by=actor, organisation=other)

    assert (mine.identity_assurance, mine.organisation_is_proven) == ("acm_idm", True)
    assert (elsewhere.identity_assurance, elsewhere.organisation_is_proven) == ("acm_idm", False)


def test_a_visitor_who_names_an_administration_only_claims_it():
    ticket = factories.ticket(organisation=factories.organisation())

    assert (ticket.identity_assurance, ticket.organisation_is_proven) == ("unverified", False)


def test_an_agent_asks_for_a_caller_unverified_or_vouched_with_a_reason():
    agent = factories.actor(factories.agent(queues=(factories.queue(),)))
    caller = ("Jan", "jan@aalst.example")

    unknown = factories.ticket(by=agent, requester=caller, channel="phone")
    known = factories.ticket(by=agent, requester=caller, channel="phone", vouched_reason="Stem herkend")

    assert [unknown.identity_assurance, known.identity_assurance] == ["unverified", "vouched"]
    assert unknown.requester == known.requester


def test_an_official_cannot_ask_in_somebody_elses_name():
    actor = factories.actor(factories.official())

    with pytest.raises(RefusedError):
        factories.ticket(by=actor, requester=("Jan", "jan@aalst.example"))

    assert Ticket.objects.count() == 0


def test_a_stranger_cannot_rename_a_person_we_know():
    known = factories.person("An Peeters", "an.peeters@aalter.example")

    ticket = factories.ticket(requester=("Iemand Anders", "An.Peeters@Aalter.example"))

    known.refresh_from_db()
    assert known.name == "An Peeters"
    assert ticket.requester.name == "Iemand Anders"


@pytest.mark.parametrize("field", ["subject", "body"])
def test_an_empty_text_is_refused_and_nothing_is_half_written(field):
    with pytest.raises(RefusedError):
        factories.ticket(**{field: " \x00\r\n "} if field == "body" else {"subject": " \x00 "})

    assert (Ticket.objects.count(), Message.objects.count(), Attachment.objects.count()) == (0, 0, 0)


def test_a_reference_that_is_taken_costs_another_try(monkeypatch):
    taken = factories.ticket().reference
    answers = iter([taken, "AP-222222-" + taken[-1]])
    monkeypatch.setattr("helpdesk.tickets.services.opening.new_reference", lambda: next(answers))

    assert factories.ticket().reference.startswith("AP-222222-")


def test_the_link_token_is_not_in_the_table():
    link = AccessLink.objects.get(ticket=factories.ticket())

    token = token_of(link)

    assert len(token) >= 32
    assert token not in (link.nonce, link.token_hash)


def test_a_form_sent_twice_asks_one_question():
    form_id = uuid.uuid4()

    first, again = factories.ticket(form_id=form_id), factories.ticket(form_id=form_id)

    assert (again, Ticket.objects.count(), OutboxEvent.objects.filter(name="ticket.opened").count()) == (first, 1, 1)


def test_other_words_under_the_number_of_a_form_are_not_lost():
    form_id = uuid.uuid4()

    factories.ticket(form_id=form_id)
    other = factories.ticket("Iets anders", form_id=form_id)

    assert (other.subject, Ticket.objects.count()) == ("Iets anders", 2)


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_the_same_moment_asks_one_question():
    factories.queue()
    form_id = uuid.uuid4()

    found = at_once(*[lambda: factories.ticket(form_id=form_id).pk] * 4)

    assert (len(found), len(set(found)), Ticket.objects.count()) == (4, 1, 1)
