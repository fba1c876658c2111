"""What the database finds of tickets while the engine is away."""

from datetime import UTC, date, datetime

import pytest
from django.utils.timezone import localdate

from helpdesk.search.sources import Wanted
from helpdesk.tickets import opened, standing_in
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.search import Tickets
from helpdesk.tickets.services import NewMessage, add_note, change_ticket
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def matching(actor, *words, filters=None, without=None, limit=100):
    wanted = Wanted(words=words, filters=filters or {}, without=without or {}, limit=limit)
    return Tickets().matching(actor, wanted)


def in_queue(queue, subject="Vraag", **values):
    return factories.ticket(subject, application=factories.application(f"app-{queue.slug}", queue=queue), **values)


@pytest.fixture
def agent():
    return factories.actor(factories.agent(queues=(factories.queue(),)))


def test_every_word_may_stand_in_the_subject_in_what_was_said_or_in_a_name(agent):
    aalter = factories.organisation("Aalter")
    one = factories.ticket("Kaartlezer", body="De knop Bevéstigen doet niets.", organisation=aalter)
    other = factories.ticket("Kaartlezer", body="Iets anders.", requester=("Sara Bogaert", "sara@gent.example"))
    add_note(actor=agent, ticket=other, new=NewMessage(body="Zie dossier KAKELBONT."))

    assert matching(agent, "kaartlezer") == [other.pk, one.pk]
    assert matching(agent, "kaartlezer", "bevestigen") == matching(agent, "aalter") == [one.pk]
    assert matching(agent, "kakelbont", "kaartlezer") == matching(agent, "bogaert") == [other.pk]
    assert matching(agent, "knop bevéstigen") == [one.pk]
    assert matching(agent, "kaartlezer", "itsme") == []


def test_nobody_finds_by_what_they_may_not_read(agent):
    other = factories.queue("andere")
    asker = factories.user()
    mine = factories.ticket("Vraag", by=factories.actor(asker), body="Mijn kaartlezer.")
    add_note(actor=agent, ticket=mine, new=NewMessage(body="Kakelbont."))
    foreign = in_queue(other, "Kaartlezer", body="Kakelbont.")
    asked_elsewhere = in_queue(other, "Kaartlezer", by=agent)

    assert matching(factories.actor(asker), "kaartlezer") == [mine.pk]
    assert matching(factories.actor(asker), "kakelbont") == []
    assert matching(agent, "kakelbont") == [mine.pk]
    assert matching(agent, "kaartlezer") == [mine.pk]
    assert {foreign.pk, asked_elsewhere.pk} == set(
        matching(factories.actor(factories.agent(queues=(other,))), "kaartlezer")
    )
    assert matching(factories.Visitor(), "kaartlezer") == []


def test_filters_are_met_before_the_newest_are_taken(agent):
    tickets = [factories.ticket("Kaartlezer", body=f"Nummer {number}.") for number in range(4)]
    change_ticket(actor=agent, ticket=tickets[0], status="closed")

    assert matching(agent, "kaartlezer", limit=2) == [tickets[3].pk, tickets[2].pk]
    assert matching(agent, "kaartlezer", filters={"status": ("closed",)}, limit=1) == [tickets[0].pk]
    assert matching(agent, filters={"status": ("closed",)}, limit=1) == [tickets[0].pk]
    assert matching(agent, "kaartlezer", without={"status": ("new",)}, limit=1) == [tickets[0].pk]


def test_beyond_its_bounds_nothing_is_looked_at(agent, monkeypatch):
    oldest, older, newest = (factories.ticket("Kaartlezer", body="Kwispel.") for _ in range(3))
    monkeypatch.setattr(standing_in, "SUBJECTS", 2)
    monkeypatch.setattr(standing_in, "TEXTS", 1)

    assert matching(agent, "kaartlezer") == [newest.pk, older.pk]
    assert matching(agent, "kwispel") == [newest.pk]
    assert matching(agent) == [newest.pk, older.pk, oldest.pk]

    monkeypatch.setattr(standing_in, "TEXT_LENGTH", 5)
    assert matching(agent, "kwispel") == []
    assert matching(agent, "kwisp") == [newest.pk]
    monkeypatch.setattr(standing_in, "MESSAGES", 0)
    assert matching(agent, "kwisp") == []


@pytest.fixture
def various(agent):
    """Tickets that differ in everything that is filtered by."""
    new, old, _other = factories.merger("Pajottegem", "Gooik", "Herne")
    loket = factories.application("loket", queue=factories.queue())
    tickets = [
        factories.ticket(organisation=new),
        factories.ticket(organisation=old, application=loket),
        factories.ticket(organisation=factories.organisation(), by=agent, channel="phone"),
        factories.ticket(),
    ]
    change_ticket(
        actor=agent, ticket=tickets[1], status="open", category=factories.category(), assignee=agent_of(agent)
    )
    change_ticket(actor=agent, ticket=tickets[2], status="closed", impact="high", urgency="high")
    change_ticket(actor=agent, ticket=tickets[0], status="waiting_vendor", ticket_type="complaint")
    Ticket.objects.filter(pk=tickets[3].pk).update(created_at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC))
    Ticket.objects.filter(pk=tickets[0].pk).update(created_at=datetime(2025, 11, 30, 12, tzinfo=UTC))
    return tickets


def agent_of(actor):
    return factories.User.objects.get(pk=actor.user_id)


def test_filters_mean_what_they_mean_in_the_index(agent, various):
    documents = Tickets().documents([ticket.pk for ticket in various])
    facets = {(name, value) for document in documents for name, values in document.facets.items() for value in values}
    asked = [(name, (value,)) for name, value in sorted(facets) if name != opened.FACET]
    asked += [("status", ("new", "open")), ("assignee", ("none", str(agent.user_id))), ("organisation", ("", "x"))]
    days = (date(2025, 11, 30), date(2025, 12, 1), date(2026, 1, 1), date(2026, 1, 2))
    asked += [(opened.FACET, tuple(opened.opened_since(day, today=localdate()))) for day in days]
    assert len({name for name, _values in asked}) == 11

    for name, values in [*asked, ("sinds", ("",))]:
        have = {each.object_id for each in documents if set(values) & set(each.facets.get(name, ()))}
        assert set(matching(agent, filters={name: values})) == have, (name, values)
        assert set(matching(agent, without={name: values})) == {each.pk for each in various} - have, (name, values)


@pytest.mark.parametrize("number", [1, 3])
def test_it_costs_as_many_statements_for_one_ticket_as_for_three(agent, assert_statements, number):
    for _ in range(number):
        factories.ticket("Kaartlezer", organisation=factories.organisation())

    with assert_statements(5):
        assert len(matching(agent, "kaartlezer", filters={"is": ("open",)})) == number
