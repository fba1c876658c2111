"""What tests of tickets share."""

import itertools

import pytest

from helpdesk.accounts.actors import ServiceActor, System, TicketGuest, Visitor
from helpdesk.tickets.models import Assurance, Ticket
from tests import factories

ADDRESS = "an.peeters@aalter.example"


@pytest.fixture
def world(db):
    """Tickets of every assurance and requester in two queues, and actors of every kind."""
    queues = [factories.queue(), factories.queue("andere-entiteit")]
    users = {
        "requester": factories.user("An Peeters", email=ADDRESS),
        "same address, other name": factories.user("A. Peeters", email=ADDRESS.upper()),
        "address not verified": factories.user("Anneke", email=ADDRESS, verified=False),
        "somebody else": factories.user("Koen", email="koen@aalter.example"),
        "agent": factories.agent(queues=(queues[0],)),
        "agent of the other queue": factories.agent(queues=(queues[1],)),
        "agent of both": factories.agent(queues=tuple(queues)),
        "agent without a team": factories.user("Los", roles=("agent",)),
        "analyst": factories.user("Tom", roles=("analyst",)),
        "admin": factories.user("Wim", roles=("admin",)),
    }
    actors = {name: factories.actor(user) for name, user in users.items()}
    tickets = []
    for queue, assurance, name in itertools.product(queues, Assurance.values, ["An Peeters", "A. Peeters", "Vreemde"]):
        email = ADDRESS if name != "Vreemde" else "vreemde@x.example"
        ticket = factories.ticket(requester=(name, email))
        Ticket.objects.filter(pk=ticket.pk).update(queue=queue, identity_assurance=assurance)
        tickets.append(Ticket.objects.select_related("requester").get(pk=ticket.pk))
    actors |= {
        "visitor": Visitor(),
        "system": System(),
        "guest of the first": TicketGuest(ticket_id=tickets[0].pk, person_id=tickets[0].requester_id),
        "integration": ServiceActor(token_id=1, name="Z", scopes=frozenset(), team_ids=actors["agent"].team_ids),
    }
    return actors, tickets
