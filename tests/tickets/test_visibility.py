"""Two ways to say who may see a ticket, one truth."""

import pytest

from helpdesk.tickets import policies
from helpdesk.tickets.models import Attachment, Message, Ticket
from helpdesk.tickets.services import NewMessage, add_note

pytestmark = pytest.mark.django_db


def test_may_view_and_visible_to_agree_for_every_actor_and_ticket(world):
    actors, tickets = world

    for name, actor in actors.items():
        listed = set(Ticket.objects.visible_to(actor).values_list("pk", flat=True))
        allowed = {ticket.pk for ticket in tickets if policies.may_view(actor, ticket)}
        assert listed == allowed, name


def test_each_actor_sees_exactly_what_the_matrix_says(world):
    actors, _tickets = world
    seen = {name: Ticket.objects.visible_to(actor).count() for name, actor in actors.items()}

    assert seen == {
        "requester": 12,  # 2 names x 2 queues x 3 verified levels
        "same address, other name": 12,
        "address not verified": 0,
        "somebody else": 0,
        "agent": 12,
        "agent of the other queue": 12,
        "agent of both": 24,
        "agent without a team": 0,
        "analyst": 0,
        "admin": 0,
        "visitor": 0,
        "system": 24,
        "guest of the first": 1,
        "integration": 12,
    }


def test_notes_and_their_files_are_only_for_who_works_on_the_ticket(world):
    actors, tickets = world
    ticket = tickets[0]
    note = add_note(actor=actors["system"], ticket=ticket, new=NewMessage(body="GEHEIM"))
    Attachment.objects.create(
        ticket=ticket, message=note, uploaded_by="system", filename="f", content_type="x", size=1, sha256="0" * 64
    )

    for name, actor in actors.items():
        works_on = name in {"agent", "agent of both", "system", "integration"}
        notes = Message.objects.visible_to(actor).filter(kind="internal_note").count()
        files = Attachment.objects.visible_to(actor).count()
        assert (notes, files) == ((1, 1) if works_on else (0, 0)), name
