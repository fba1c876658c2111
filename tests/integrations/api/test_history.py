"""What happened to a ticket, as data."""

from helpdesk.tickets.models import Ticket
from tests import factories
from tests.integrations.api.problems import pointers

KEYS = {"at", "actor", "action", "changes"}
COLUMNS = [field.attname for field in Ticket.history.model._meta.fields if field.name != "history_id"]


def test_the_desk_reads_every_decision(town, ticket, path):
    category = factories.category().code
    town.agent.patch(path, json={"assignee": "me", "impact": "high"})
    resolution = {"solved_by": "helpdesk", "avoidable": False}
    town.integration.patch(path, json={"status": "resolved", "category": category, "resolution": resolution})

    items = town.agent.get(f"{path}/history").json()["items"]

    assert all(set(item) == KEYS for item in items)
    assert [(item["actor"], item["action"], item["changes"]) for item in items] == [
        ("An Peeters", "open_ticket", {}),
        (
            "Bram De Smet",
            "change_ticket",
            {"impact": ["low", "high"], "priority": ["normal", "high"], "assignee": [None, "Bram De Smet"]},
        ),
        (
            "test",
            "change_ticket",
            {
                "status": ["new", "resolved"],
                "solved_by": [None, "helpdesk"],
                "category": [None, category],
                "avoidable": [None, False],
            },
        ),
    ]


def test_who_asked_reads_statuses_and_no_sign_of_the_rest(town, ticket, path):
    town.agent.patch(path, json={"impact": "high"})
    before = town.official.get(f"{path}/history?limit=1")
    town.agent.patch(path, json={"urgency": "high", "assignee": "me"})
    assert town.official.get(f"{path}/history?limit=1").content == before.content
    assert before.json()["next"] is None

    town.agent.patch(path, json={"urgency": "low", "status": "waiting_vendor"})
    items = town.official.get(f"{path}/history").json()["items"]

    assert [(item["action"], item["changes"]) for item in items] == [
        ("open_ticket", {}),
        ("change_ticket", {"status": ["new", "waiting_vendor"]}),
    ]


def test_history_is_paged(town, ticket, path):
    for impact in ("high", "medium", "low"):
        town.agent.patch(path, json={"impact": impact})

    first = town.agent.get(f"{path}/history?limit=3").json()
    second = town.agent.get(first["next"].removeprefix("http://127.0.0.1:8000")).json()

    assert [len(first["items"]), len(second["items"]), second["next"]] == [3, 1, None]
    assert second["items"][0]["changes"] == {"impact": ["medium", "low"]}


def test_what_happens_between_two_pages_comes_at_its_own_place(town, ticket, path):
    for impact in ("high", "medium"):
        town.agent.patch(path, json={"impact": impact})

    first = town.agent.get(f"{path}/history?limit=2").json()
    # The clock of this server was late: it stands before what was shown.
    late = Ticket.history.create(
        **Ticket.history.filter(id=ticket.pk).values(*COLUMNS).first()
        | {"history_date": ticket.created_at, "impact": "high", "history_type": "~"}
    )
    second = town.agent.get(first["next"].removeprefix("http://127.0.0.1:8000")).json()

    assert late.history_id > 3
    assert [entry["changes"].get("impact") for entry in first["items"]] == [None, ["low", "high"]]
    assert [entry["changes"]["impact"] for entry in second["items"]] == [["high", "medium"]]
    assert second["next"] is None


def test_a_cursor_of_another_ticket_is_refused(town, ticket, path):
    town.agent.patch(path, json={"impact": "high"})
    other = factories.ticket(by=factories.actor(town.users.official))
    cursor = town.agent.get(f"{path}/history?limit=1").json()["next"].rpartition("cursor=")[2]

    answer = town.agent.get(f"/tickets/{other.reference}/history?cursor={cursor}")

    assert (answer.status_code, pointers(answer)) == (400, ["/cursor"])


def test_a_rename_shows_without_the_names(town, ticket, path):
    """A subject may hold a name, so history keeps only that it changed."""
    town.agent.patch(path, json={"subject": "Iets anders"})

    answer = town.agent.get(f"{path}/history")

    assert answer.json()["items"][1]["changes"] == {"subject": [None, None]}
    assert b"Ik geraak" not in answer.content
    assert b"Iets anders" not in answer.content
