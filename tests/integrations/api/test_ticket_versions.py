"""Versions of a ticket over the API: nothing is read twice, nobody overwrites what they did not see."""

from helpdesk.tickets.models import Ticket
from helpdesk.tickets.services import NewMessage, reply_to_ticket
from tests import factories
from tests.integrations.api.problems import pointers


def test_an_etag_is_strong_and_spares_the_second_reading(town, ticket, path):
    first = town.official.get(path)

    again = town.official.get(path, If_None_Match=first["ETag"])
    weakened = town.official.get(path, If_None_Match=f'"x", W/{first["ETag"]}')
    changed = town.official.get(path, If_None_Match='"x"')

    assert first["ETag"].startswith('"')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert weakened.status_code == 304
    assert changed.status_code == 200


def test_a_change_on_a_stale_version_is_refused(town, ticket, path):
    stale = town.agent.get(path)["ETag"]
    town.agent.patch(path, json={"impact": "high"})

    refused = town.agent.patch(path, json={"urgency": "high"}, If_Match=stale)
    current = town.agent.get(path)["ETag"]
    weak = town.agent.patch(path, json={"urgency": "high"}, If_Match=f"W/{current}")

    assert (refused.status_code, pointers(refused), refused["ETag"]) == (412, [], current)
    assert weak.status_code == 412
    assert Ticket.objects.get().urgency == "medium"
    assert town.agent.patch(path, json={"urgency": "high"}, If_Match=current).status_code == 200
    assert town.agent.patch(path, json={"urgency": "low"}, If_Match="*").status_code == 200


def test_a_message_makes_a_version_stale(town, ticket, path):
    stale = town.official.get(path)["ETag"]
    reply_to_ticket(
        actor=factories.actor(town.users.agent), ticket=ticket, new=NewMessage(body="Gelieve te antwoorden.")
    )

    assert town.official.patch(path, json={"status": "closed"}, If_Match=stale).status_code == 412
    assert Ticket.objects.get().status != "closed"


def test_the_etag_of_a_change_is_that_of_reading_it(town, ticket, path):
    changed = town.agent.patch(path, json={"impact": "high"})

    assert changed["ETag"] == town.agent.get(path)["ETag"]
