"""The history of a ticket in words, and as data."""

import pytest

from helpdesk.accounts.actors import ServiceActor, System
from helpdesk.accounts.models import ApiToken
from helpdesk.tickets.history import ticket_history
from helpdesk.tickets.models import Queue
from helpdesk.tickets.services import (
    NewMessage,
    Resolution,
    change_ticket,
    confirm_ticket,
    reply_to_ticket,
    resolve_ticket,
)
from tests import factories


@pytest.fixture
def bram(db):
    return factories.agent("Bram De Smet", queues=(factories.queue(), factories.queue("loket")))


@pytest.fixture
def ticket(bram):
    return factories.ticket()


def sentences(ticket):
    return [sentence for entry in ticket_history(ticket) for sentence in entry.sentences]


def test_the_history_begins_with_who_opened_the_ticket(ticket):
    assert sentences(ticket) == ["Een bezoeker opende het ticket."]


def test_what_an_agent_decides_is_told_in_plain_words(ticket, bram):
    actor, nadia = factories.actor(bram), factories.agent("Nadia El Amrani", queues=(factories.queue(),))

    change_ticket(actor=actor, ticket=ticket, assignee=bram)
    change_ticket(actor=actor, ticket=ticket, assignee=nadia)
    change_ticket(actor=actor, ticket=ticket, assignee=None)
    change_ticket(actor=actor, ticket=ticket, queue=Queue.objects.get(slug="loket"))
    change_ticket(actor=actor, ticket=ticket, status="waiting_vendor")
    change_ticket(actor=actor, ticket=ticket, application=factories.application("berichtencentrum"))
    change_ticket(actor=actor, ticket=ticket, application=None)
    change_ticket(actor=actor, ticket=ticket, subject="Iets anders")
    change_ticket(actor=actor, ticket=ticket, priority="urgent", priority_override_reason="Morgen verkiezingen")

    assert sentences(ticket)[1:] == [
        "Bram De Smet wees het ticket toe aan zichzelf.",
        "Bram De Smet wees het ticket toe aan Nadia El Amrani.",
        "Bram De Smet gaf het ticket terug: niemand behandelt het.",
        "Bram De Smet verplaatste het ticket van de wachtrij “Intake” naar “Loket”.",
        "Bram De Smet wijzigde de status van “nieuw” naar “wacht op leverancier”.",
        "Bram De Smet zette de toepassing op “Berichtencentrum”.",
        "Bram De Smet haalde de toepassing “Berichtencentrum” weg.",
        "Bram De Smet wijzigde het onderwerp.",
        "Bram De Smet wijzigde de prioriteit van “normaal” naar “dringend”.",
        "Bram De Smet gaf als reden voor de prioriteit: Morgen verkiezingen.",
    ]


def test_how_it_ended_is_told_too(ticket, bram):
    resolution = Resolution(solved_by="local_manager", avoidable=True)
    resolve_ticket(actor=factories.actor(bram), ticket=ticket, category=factories.category(), resolution=resolution)

    assert sentences(ticket)[1:] == [
        "Bram De Smet wijzigde de status van “nieuw” naar “opgelost”.",
        "Bram De Smet noteerde wie het oploste: de lokale beheerder.",
        "Bram De Smet zette de categorie op “toegang.geen_recht”.",
        "Bram De Smet noteerde dat deze vraag te vermijden was.",
    ]


def test_the_data_holds_codes_and_the_service_that_wrote(ticket, bram):
    change_ticket(actor=factories.actor(bram), ticket=ticket, status="open", queue=Queue.objects.get(slug="loket"))

    opened, changed = ticket_history(ticket)

    assert (opened.action, dict(opened.changes)) == ("open_ticket", {})
    assert (changed.actor, changed.action) == ("Bram De Smet", "change_ticket")
    assert {field: (change.old, change.new) for field, change in changed.changes.items()} == {
        "status": ("new", "open"),
        "queue": ("intake", "loket"),
    }


def test_every_kind_of_actor_has_a_name(ticket):
    team = factories.agent("Nadia El Amrani", queues=(factories.queue(),)).teams.get()
    factories.api_token(scopes=("tickets:write",), team=team)
    token = ApiToken.objects.get()
    integration = ServiceActor(token_id=token.pk, name=token.name, scopes=frozenset(), team_ids=frozenset({team.pk}))
    confirm_ticket(actor=factories.guest(ticket), ticket=ticket)
    change_ticket(actor=integration, ticket=ticket, status="open")
    change_ticket(actor=System(), ticket=ticket, status="closed")

    assert sentences(ticket) == [
        "Een bezoeker opende het ticket.",
        "An Peeters bewees dat het e-mailadres klopt.",
        "test wijzigde de status van “nieuw” naar “open”.",
        "Het systeem wijzigde de status van “open” naar “gesloten”.",
    ]


def test_a_new_subject_is_told_beside_what_changed_with_it(ticket, bram):
    change_ticket(actor=factories.actor(bram), ticket=ticket, subject="Iets anders", ticket_type="complaint")

    assert sentences(ticket)[1:] == [
        "Bram De Smet wijzigde de soort van “vraag” naar “klacht”.",
        "Bram De Smet wijzigde het onderwerp.",
    ]


def test_no_subject_and_no_message_is_ever_in_the_history(ticket, bram):
    change_ticket(actor=factories.actor(bram), ticket=ticket, subject="Geheim onderwerp")
    reply_to_ticket(actor=factories.actor(bram), ticket=ticket, new=NewMessage(body="Geheime tekst"))

    told = repr(ticket_history(ticket))

    assert "Geheim" not in told
    assert "Ik geraak niet binnen" not in told


def test_a_status_that_follows_a_reply_is_told(ticket, bram):
    reply_to_ticket(actor=factories.actor(bram), ticket=ticket, new=NewMessage(body="Hallo"))

    assert sentences(ticket)[1:] == ["Bram De Smet wijzigde de status van “nieuw” naar “open”."]


@pytest.mark.parametrize("changes", [1, 12])
def test_the_history_takes_three_queries_whatever_its_length(ticket, bram, changes, django_assert_max_num_queries):
    for number in range(changes):
        change_ticket(actor=factories.actor(bram), ticket=ticket, assignee=bram if number % 2 == 0 else None)

    with django_assert_max_num_queries(3):
        assert len(ticket_history(ticket)) == changes + 1
