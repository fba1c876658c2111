"""What a list costs does not depend on how many rows it has."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.models import Team
from helpdesk.kernel.models import EventDelivery, OutboxEvent
from helpdesk.tickets.models import MessageDelivery
from tests import factories

# Session, actor, and what the list itself asks.
COSTS = {
    "wachtrijen": 4,
    "routes": 3,
    "toepassingen": 3,
    "categorieen": 3,
    "mensen": 7,
    "teams": 6,
    "besturen": 3,
    "api-sleutels": 3,
    "achtergrondwerk": 4,
    "mails": 4,
}


def _one_more(number):
    queue = factories.queue(f"rij-{number}", default=False)
    agent = factories.agent(f"Agent {number}", queues=(queue,))
    factories.accounts.add_membership(
        actor=factories.SYSTEM, person=agent.person, organisation=factories.organisation(f"Aalst {number}")
    )
    factories.application(f"toepassing-{number}", queue=queue)
    child = factories.category(f"toegang.oorzaak_{number}")
    child.parent = factories.category("toegang")
    child.save()
    factories.api_token(scopes=("tickets:read",), user=agent)
    event = OutboxEvent.objects.create(name="ticket.opened", payload={})
    _stuck(event)


def _stuck(event):
    EventDelivery.objects.create(event=event, subscriber="x", lane="fast", state="dead", due_at=event.created_at)
    ticket = factories.ticket()
    message = ticket.messages.get()
    MessageDelivery.objects.create(
        message=message, person=ticket.requester, address="x@aalter.example", purpose="reply", state="failed"
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_costs_the_same_for_any_number_of_rows(as_admin, rows):
    for number in range(rows):
        _one_more(number)
    assert Team.objects.count() == rows

    costs = {}
    for address in COSTS:
        with CaptureQueriesContext(connection) as captured:
            as_admin.get(f"/beheer/{address}/")
        costs[address] = len(captured)

    assert costs == COSTS


@pytest.mark.parametrize("changes", [1, 3])
def test_a_history_costs_the_same_for_any_number_of_changes(as_admin, sent, assert_statements, changes):
    team = Team.objects.create(name="Contactpunt")
    address = f"/beheer/teams/{team.pk}/"
    for number in range(changes):
        member = factories.user(f"Lid {number}", roles=("agent",))
        as_admin.post(address, sent(as_admin.get(address)) | {"name": f"Team {number}", "members": [member.pk]})

    with assert_statements(10):
        as_admin.get(f"{address}geschiedenis/")
