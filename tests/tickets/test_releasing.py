"""A ticket stays with nobody who can no longer see it."""

from itertools import pairwise

import pytest
from django.utils.translation import gettext

from helpdesk.accounts import services as accounts
from helpdesk.accounts.administration import set_teams
from helpdesk.kernel import leases, outbox
from helpdesk.kernel.events import handing_out, subscriptions
from helpdesk.kernel.models import OutboxEvent
from helpdesk.kernel.running import run
from helpdesk.tickets.history import ticket_history
from helpdesk.tickets.models import Status, Ticket
from helpdesk.tickets.selectors import colleagues_of_queue, desk_counts, desk_page
from helpdesk.tickets.services import (
    NewMessage,
    QueueSettings,
    Resolution,
    change_queue,
    change_ticket,
    release_tickets_of,
    releasing,
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
    assert [row.id for row in desk_page(actor, "unassigned", order="priority", cursor="").rows] == [ticket.pk]
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


@pytest.fixture
def _three_at_once(monkeypatch):
    monkeypatch.setattr(releasing, "AT_ONCE", 3)


@pytest.mark.engines
@pytest.mark.usefixtures("_three_at_once")
@pytest.mark.parametrize("number", [1, 3, 7])
def test_who_leaves_with_many_tickets_gives_them_back_in_parts(bram, number, run_outbox):
    for _ticket in range(number):
        change_ticket(actor=SYSTEM, ticket=factories.ticket(), assignee=bram)
    run_outbox()
    accounts.set_active(actor=SYSTEM, user=bram, is_active=False)

    left = [number]
    with handing_out():
        while claimed := outbox.fan_out() or leases.claim("fast"):
            run(claimed)
            left.append(Ticket.objects.filter(assignee=bram).count())

    assert left[-1] == 0
    assert max(before - after for before, after in pairwise(left)) == min(number, 3)
    parts = OutboxEvent.objects.filter(name="ticket.released")
    assert parts.count() == number // 3
    assert OutboxEvent.objects.filter(name="ticket.changed", payload__fields=["assignee"]).count() == 2 * number


@pytest.mark.usefixtures("_three_at_once")
def test_who_is_let_in_again_meanwhile_keeps_the_rest(bram, queue, run_outbox):
    tickets = [change_ticket(actor=SYSTEM, ticket=factories.ticket(), assignee=bram) for _ticket in range(5)]
    run_outbox()
    accounts.set_active(actor=SYSTEM, user=bram, is_active=False)
    release_tickets_of(bram.pk)
    accounts.set_active(actor=SYSTEM, user=bram, is_active=True)
    run_outbox()

    kept = [Ticket.objects.get(pk=ticket.pk).assignee for ticket in tickets]
    assert kept == [None, None, None, bram, bram]


def test_nothing_in_the_lane_that_must_not_wait_holds_what_is_claimed_with_it_for_longer():
    """What is claimed together is under the longest lease of them all, also after the process that held it died."""
    fast = [subscription for subscription in subscriptions().values() if subscription.lane == "fast"]

    assert {subscription.lease_s for subscription in fast} == {30}
