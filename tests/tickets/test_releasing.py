"""A ticket stays with nobody who can no longer see it."""

import pytest
from django.utils.translation import gettext

from helpdesk.accounts import services as accounts
from helpdesk.accounts.administration import set_teams
from helpdesk.kernel.models import OutboxEvent
from helpdesk.tickets.history import ticket_history
from helpdesk.tickets.models import Status
from helpdesk.tickets.selectors import colleagues_of_queue, desk_counts, desk_view
from helpdesk.tickets.services import (
    NewMessage,
    QueueSettings,
    Resolution,
    change_queue,
    change_ticket,
    reply_to_ticket,
    resolve_ticket,
)
from tests import factories

pytestmark = pytest.mark.django_db
SYSTEM = factories.SYSTEM


def why():
    return gettext("%(old)s can no longer handle this ticket. It has no assignee now.") % {"old": "Bram De Smet"}


@pytest.fixture
def queue():
    return factories.queue()


@pytest.fixture
def bram(queue):
    return factories.agent("Bram De Smet", queues=(queue, factories.queue("loket")))


@pytest.fixture
def nadia(queue):
    return factories.agent("Nadia El Amrani", queues=(queue,))


@pytest.fixture
def ticket(bram, run_outbox):
    ticket = change_ticket(actor=SYSTEM, ticket=factories.ticket(), assignee=bram, status="waiting_vendor")
    run_outbox()
    return ticket


LOSSES = {
    "the account is switched off": lambda bram, _queue: accounts.set_active(actor=SYSTEM, user=bram, is_active=False),
    "the role is taken away": lambda bram, _queue: accounts.set_roles(actor=SYSTEM, user=bram, roles=frozenset()),
    "another role is given": lambda bram, _queue: accounts.set_roles(
        actor=SYSTEM, user=bram, roles=frozenset({"editor"})
    ),
    "out of the team": lambda bram, _queue: set_teams(actor=SYSTEM, user=bram, teams=frozenset()),
    "the team loses the queue": lambda _bram, queue: change_queue(
        actor=SYSTEM, queue=queue, settings=QueueSettings(name="Intake", is_default=True, teams=frozenset())
    ),
}


@pytest.mark.engines
@pytest.mark.parametrize("lose", LOSSES.values(), ids=LOSSES)
def test_who_can_no_longer_see_a_ticket_is_not_its_assignee(bram, nadia, queue, ticket, run_outbox, lose):
    lose(bram, queue)
    run_outbox()

    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status) == (None, Status.WAITING_VENDOR)
    entry = ticket_history(ticket)[-1]
    assert (entry.action, list(entry.changes), list(entry.sentences)) == ("release_ticket", ["assignee"], [why()])


def test_the_ticket_stands_among_the_unassigned_and_open_pages_hear_of_it(bram, nadia, ticket, run_outbox):
    accounts.set_active(actor=SYSTEM, user=bram, is_active=False)
    run_outbox()

    actor = factories.actor(nadia)
    assert [row.pk for row in desk_view(actor, "unassigned")] == [ticket.pk]
    assert desk_counts(actor).unassigned == 1
    told = OutboxEvent.objects.filter(name="ticket.changed").latest("pk").payload
    assert (told["ticket_id"], told["fields"]) == (ticket.pk, ["assignee"])


def test_who_still_serves_the_queue_keeps_the_tickets(bram, queue, ticket, run_outbox):
    before = ticket.history.count()
    accounts.set_roles(actor=SYSTEM, user=bram, roles=frozenset({"supervisor"}))
    accounts.end_access(actor=SYSTEM, user_id=bram.pk)
    run_outbox()

    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.history.count()) == (bram, before)


def test_only_the_tickets_of_the_queue_that_was_lost_go_back(bram, nadia, ticket, run_outbox):
    kept = change_ticket(actor=SYSTEM, ticket=factories.ticket(), queue=factories.queue("loket"), assignee=bram)
    hers = change_ticket(actor=SYSTEM, ticket=factories.ticket(), assignee=nadia)
    change_queue(
        actor=SYSTEM,
        queue=ticket.queue,
        settings=QueueSettings(name="Intake", is_default=True, teams=frozenset(nadia.teams.all())),
    )
    run_outbox()

    for row in (ticket, kept, hers):
        row.refresh_from_db()
    assert (ticket.assignee, kept.assignee, hers.assignee) == (None, bram, nadia)


def test_a_finished_ticket_still_says_who_did_it_until_it_opens_again(bram, ticket, run_outbox):
    resolution = Resolution(solved_by="helpdesk", avoidable=False)
    resolve_ticket(actor=SYSTEM, ticket=ticket, category=factories.category(), resolution=resolution)
    accounts.set_active(actor=SYSTEM, user=bram, is_active=False)
    run_outbox()
    ticket.refresh_from_db()
    assert ticket.assignee == bram

    reply_to_ticket(actor=factories.guest(ticket), ticket=ticket, new=NewMessage(body="Het lukt nog niet."))

    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == (Status.OPEN, None)
    told = [(entry.actor, entry.sentences) for entry in ticket_history(ticket)]
    assert ("Het systeem", [why()]) in told
    assert "behandelaar" not in str(told[-1])


def test_who_opens_it_again_and_gives_it_to_a_colleague_does_both(bram, nadia, ticket, run_outbox):
    resolution = Resolution(solved_by="helpdesk", avoidable=False)
    resolve_ticket(actor=SYSTEM, ticket=ticket, category=factories.category(), resolution=resolution)
    accounts.set_active(actor=SYSTEM, user=bram, is_active=False)
    run_outbox()

    change_ticket(actor=factories.actor(nadia), ticket=ticket, status="open", assignee=nadia, impact="high")

    ticket.refresh_from_db()
    assert ticket.assignee == nadia
    assert "Nadia El Amrani" in ticket_history(ticket)[-1].actor


def test_a_member_of_the_team_who_is_no_agent_is_no_choice(queue, bram, nadia):
    accounts.set_roles(actor=SYSTEM, user=nadia, roles=frozenset({"editor"}))

    assert colleagues_of_queue(queue.pk) == {bram.pk: bram.person.name}
