"""The open door must not become a way to write to others in our name."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.tickets.events import TicketOpened
from helpdesk.tickets.models import MessageDelivery
from helpdesk.tickets.services import renew_link, token_of
from integrations.mail import subscribers
from tests import factories
from tests.integrations.mail.conftest import answer
from tests.together import at_once

pytestmark = pytest.mark.django_db
HELD = "This address already got three automatic mails this hour."


def everything_said(mail) -> str:
    """The whole mail as a reader could see it: headers, text, HTML."""
    headers = "\n".join(f"{name}: {value}" for name, value in mail.message().items())
    return "\n".join([headers, mail.body, *(content for content, _type in mail.alternatives)])


def test_the_confirmation_holds_nothing_the_sender_typed(mailoutbox, run_outbox):
    ticket = factories.ticket(
        subject="Koop onze loten",
        body="Bezoek https://oplichting.example vandaag",
        requester=("Gratis Prijzen", "slachtoffer@gent.example"),
        organisation_claim="Loterij van Vlaanderen",
    )
    run_outbox()

    [mail] = mailoutbox
    said = everything_said(mail)
    for typed in ("Koop", "loten", "Bezoek", "oplichting", "Gratis", "Prijzen", "Loterij"):
        assert typed not in said
    assert mail.to == ["slachtoffer@gent.example"]
    assert ticket.reference in mail.subject
    assert f"{ticket.reference}\n" in mail.body
    assert "http://127.0.0.1:8000/t/" in mail.body


def test_the_link_in_the_confirmation_is_the_one_that_opens_the_ticket(mailoutbox, run_outbox):
    ticket = factories.ticket()
    run_outbox()

    link = f"http://127.0.0.1:8000/t/{token_of(ticket.access_links.get())}/"
    assert f"\n{link}\n" in mailoutbox[0].body
    assert mailoutbox[0].alternatives[0][0].count(f'href="{link}"') == 2


def test_after_a_revoked_link_the_mail_points_to_where_a_new_one_is_asked_for(mailoutbox, run_outbox):
    ticket = factories.ticket()
    ticket.access_links.update(revoked_at=timezone.now())
    run_outbox()

    assert "\nhttp://127.0.0.1:8000/t/\n" in mailoutbox[0].body


def test_who_is_not_known_yet_is_asked_to_confirm(mailoutbox, run_outbox):
    factories.ticket()
    factories.ticket(by=factories.actor(factories.official()))
    run_outbox()

    sentence = _(
        "Is this your question? Then confirm it on the page behind the link. "
        "That way we know that this address is yours."
    )
    assert [sentence in mail.body for mail in mailoutbox] == [True, False]


@pytest.mark.parametrize("channel", ["web", "email", "phone", "api"])
def test_every_channel_is_confirmed_once(mailoutbox, run_outbox, channel):
    ticket = factories.ticket(channel=channel)
    run_outbox()
    subscribers.queue_confirmations([TicketOpened(ticket_id=ticket.pk, queue_id=ticket.queue_id, seq=1)])
    run_outbox()

    assert len(mailoutbox) == 1


def test_a_chat_is_not_confirmed_by_mail(mailoutbox, run_outbox):
    factories.ticket(channel="chat")
    run_outbox()

    assert (mailoutbox, MessageDelivery.objects.count()) == ([], 0)


def test_an_address_gets_three_automatic_mails_an_hour_whatever_name_is_typed(mailoutbox, run_outbox):
    tickets = [factories.ticket(requester=(f"Naam {n}", "Slachtoffer@gent.example".swapcase())) for n in range(5)]
    for ticket in tickets[:2]:
        renew_link(actor=factories.SYSTEM, reference=ticket.reference, email="slachtoffer@gent.example")
    other = factories.ticket(requester=("Een ander", "ander@gent.example"))
    run_outbox()

    states = MessageDelivery.objects.filter(person__email_key="slachtoffer@gent.example").values_list(
        "state", "last_error"
    )
    assert sorted(states) == [("held", _(HELD))] * 4 + [("sent", "")] * 3
    assert (
        sorted(mail.to[0].lower() for mail in mailoutbox) == ["ander@gent.example"] + ["slachtoffer@gent.example"] * 3
    )
    assert {ticket.messages.count() for ticket in [*tickets, other]} == {1}


def test_after_an_hour_the_address_is_mailed_again(mailoutbox, run_outbox):
    for _n in range(4):
        factories.ticket()
    run_outbox()
    MessageDelivery.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    factories.ticket()
    run_outbox()

    assert len(mailoutbox) == 4


def test_answers_of_agents_are_not_counted(mailoutbox, run_outbox):
    ticket = factories.ticket()
    for n in range(5):
        answer(ticket, f"Antwoord {n}")
    run_outbox()

    assert len(mailoutbox) == 6


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_moment_do_not_pass_the_three_together():
    def queueing(ticket):
        opened = TicketOpened(ticket_id=ticket.pk, queue_id=ticket.queue_id, seq=1)
        return lambda: subscribers.queue_confirmations([opened])

    at_once(*(queueing(factories.ticket()) for _n in range(8)))

    states = sorted(MessageDelivery.objects.values_list("state", flat=True))
    assert states == ["held"] * 5 + ["queued"] * 3
