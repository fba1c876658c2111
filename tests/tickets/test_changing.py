"""Decisions about a ticket: together or not at all, by who may, along the allowed moves."""

import itertools

import pytest

from helpdesk.kernel.models import OutboxEvent
from helpdesk.kernel.policy import RefusedError
from helpdesk.tickets import workflow
from helpdesk.tickets.models import Level, Priority, Status, Ticket
from helpdesk.tickets.services import Resolution, change_ticket, confirm_ticket
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return factories.actor(factories.agent(queues=(factories.queue(), factories.queue("loket"))))


def in_status(status, agent):
    ticket = factories.ticket()
    if status in workflow.FINISHED:
        change_ticket(
            actor=agent,
            ticket=ticket,
            category=factories.category(),
            resolution=Resolution("helpdesk", avoidable=False),
        )
    if status != Status.NEW:
        ticket = change_ticket(actor=agent, ticket=ticket, status=status)
    return ticket


WAITS = {"waiting_requester", "waiting_local_manager", "waiting_second_line", "waiting_vendor"}
FINISHED = {"resolved", "closed"}
ALLOWED = {
    "new": {"open"} | WAITS | FINISHED,
    "open": WAITS | FINISHED,
    **{wait: {"open"} | (WAITS - {wait}) | FINISHED for wait in WAITS},
    "resolved": {"open", "closed"},
    "closed": {"open"},
}


@pytest.mark.parametrize(
    ("old", "new"), [pair for pair in itertools.product(Status.values, repeat=2) if pair[0] != pair[1]]
)
def test_an_agent_makes_only_the_moves_of_the_table(agent, old, new):
    ticket = in_status(old, agent)
    change_ticket(
        actor=agent, ticket=ticket, category=factories.category(), resolution=Resolution("helpdesk", avoidable=True)
    )

    if new in ALLOWED[old]:
        assert change_ticket(actor=agent, ticket=ticket, status=new).status == new
    else:
        with pytest.raises(RefusedError):
            change_ticket(actor=agent, ticket=ticket, status=new)


@pytest.mark.parametrize(
    "changes",
    [{}, {"category": True}, {"resolution": True}],
    ids=["nothing said", "only a category", "only who solved it"],
)
def test_resolving_asks_category_who_and_avoidable(agent, changes):
    ticket = factories.ticket()
    given = {
        **({"category": factories.category()} if "category" in changes else {}),
        **({"resolution": Resolution("helpdesk", avoidable=False)} if "resolution" in changes else {}),
    }

    with pytest.raises(RefusedError):
        change_ticket(actor=agent, ticket=ticket, status="resolved", **given)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.category, ticket.solved_by) == ("new", None, "")


PRIORITIES = {
    ("low", "low"): "low", ("low", "medium"): "normal", ("low", "high"): "normal",
    ("medium", "low"): "normal", ("medium", "medium"): "normal", ("medium", "high"): "high",
    ("high", "low"): "normal", ("high", "medium"): "high", ("high", "high"): "urgent",
}  # fmt: skip


@pytest.mark.parametrize(("impact", "urgency"), list(itertools.product(Level.values, repeat=2)))
def test_priority_follows_from_impact_and_urgency(agent, impact, urgency):
    ticket = change_ticket(actor=agent, ticket=factories.ticket(), impact=impact, urgency=urgency)

    expected = PRIORITIES[impact, urgency]
    assert (ticket.priority, ticket.priority_rank) == (expected, Priority.values.index(expected) + 1)


def test_another_priority_needs_a_reason_and_stays_until_it_is_taken_back(agent):
    ticket = factories.ticket()
    with pytest.raises(RefusedError):
        change_ticket(actor=agent, ticket=ticket, priority="urgent")

    ticket = change_ticket(actor=agent, ticket=ticket, priority="urgent", priority_override_reason="Zitting vanavond")
    ticket = change_ticket(actor=agent, ticket=ticket, impact="medium")
    assert (ticket.priority, ticket.priority_override_reason) == ("urgent", "Zitting vanavond")

    ticket = change_ticket(actor=agent, ticket=ticket, priority=None)
    assert (ticket.priority, ticket.priority_override_reason) == ("normal", "")


def test_who_does_not_serve_the_queue_cannot_be_given_its_ticket(agent):
    stranger = factories.agent("Lotte Claes", queues=(factories.queue("andere-entiteit"),))

    with pytest.raises(RefusedError):
        change_ticket(actor=agent, ticket=factories.ticket(), assignee=stranger)


def test_moving_to_another_queue_lets_go_of_an_assignee_who_does_not_serve_it(agent):
    mine = factories.agent("Bram De Smet", queues=(factories.queue(),))
    ticket = change_ticket(actor=agent, ticket=factories.ticket(), assignee=mine)

    ticket = change_ticket(actor=agent, ticket=ticket, queue=factories.queue("loket"))

    assert (ticket.queue.slug, ticket.assignee) == ("loket", None)


def test_a_refused_change_takes_the_others_with_it(agent):
    ticket = factories.ticket()

    with pytest.raises(RefusedError):
        change_ticket(actor=agent, ticket=ticket, subject="Anders", status="resolved")

    ticket.refresh_from_db()
    assert ticket.subject == "Ik geraak niet binnen"


def test_all_changes_together_are_one_history_row_and_one_event(agent):
    ticket = factories.ticket()

    change_ticket(actor=agent, ticket=ticket, impact="high", urgency="high", status="open")

    row = ticket.history.latest()
    assert (row.history_user, row.history_change_reason) == (agent.code, "change_ticket")
    assert ticket.history.count() == 2
    event = OutboxEvent.objects.get(name="ticket.changed")
    assert sorted(event.payload["fields"]) == [
        "impact",
        "priority",
        "priority_rank",
        "public_updated_at",
        "status",
        "updated_at",
        "urgency",
    ]


def test_changing_nothing_writes_nothing(agent):
    ticket = factories.ticket()

    change_ticket(actor=agent, ticket=ticket, impact="low", status="new")

    assert ticket.history.count() == 1
    assert OutboxEvent.objects.filter(name="ticket.changed").count() == 0


@pytest.mark.parametrize(
    "change", [{"subject": "x"}, {"impact": "high"}, {"status": "resolved"}, {"status": "waiting_vendor"}]
)
def test_a_requester_only_closes_and_reopens(change):
    ticket = factories.ticket()

    with pytest.raises(RefusedError):
        change_ticket(actor=factories.guest(ticket), ticket=ticket, **change)
    closed = change_ticket(actor=factories.guest(ticket), ticket=ticket, status="closed")

    assert change_ticket(actor=factories.guest(ticket), ticket=closed, status="open").status == "open"


def test_a_precondition_sees_the_ticket_as_it_is_now(agent):
    ticket = factories.ticket()
    stale = Ticket.objects.get(pk=ticket.pk)
    change_ticket(actor=agent, ticket=ticket, subject="Nieuw onderwerp")
    seen = []

    change_ticket(actor=agent, ticket=stale, precondition=lambda now: seen.append(now.subject), impact="high")

    assert seen == ["Nieuw onderwerp"]
    stale.refresh_from_db()
    assert (stale.subject, stale.impact) == ("Nieuw onderwerp", "high")


def test_who_asks_for_what_changed_since_hears_that_an_address_was_confirmed():
    ticket = factories.ticket()
    before = Ticket.objects.get(pk=ticket.pk)

    confirm_ticket(actor=factories.guest(ticket), ticket=ticket)

    after = Ticket.objects.get(pk=ticket.pk)
    assert after.identity_assurance == "mail_verified"
    assert after.updated_at > before.updated_at
    assert after.public_updated_at == after.updated_at


def test_who_asked_can_ask_for_what_changed_since_too(agent):
    ticket = factories.ticket()
    before = Ticket.objects.get(pk=ticket.pk)

    change_ticket(actor=agent, ticket=ticket, subject="Aanmelden lukt niet")

    after = Ticket.objects.get(pk=ticket.pk)
    assert after.public_updated_at > before.public_updated_at
    assert after.public_updated_at == after.updated_at
