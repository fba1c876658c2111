"""Section 4: tickets."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from tests.contract.shapes import (
    LEVELS,
    MOMENT,
    SOLVERS,
    STATUS_CATEGORIES,
    TICKET_TYPES,
    is_problem,
    is_ticket,
    pointers,
)
from tests.contract.visitor import new_address

SUBMISSION = "http://data.lblod.info/submissions/3f0c9a1e-6f5d-4c37-9a55-2b1f0c7d8e11"
DEEP_LINK = "https://loket.lokaalbestuur.vlaanderen.be/supervision/submissions/3f0c9a1e-6f5d-4c37-9a55-2b1f0c7d8e12"
CATEGORY = "toegang.geen_recht"
RESOLUTION = {"solved_by": "local_manager", "avoidable": True}


def test_opening_answers_201_with_the_place_and_the_ticket(product, official):
    answer = official("POST", "/tickets", json={"subject": "Geen toegang", "body": "Ik kan niet binnen."})
    assert answer.status_code == 201
    ticket = answer.json()
    assert is_ticket(ticket)
    assert answer.headers["location"] == f"{product.base_url}/api/v1/tickets/{ticket['reference']}"
    assert official.ticket(ticket["reference"]) == ticket
    assert (ticket["subject"], ticket["status"], ticket["channel"]) == ("Geen toegang", "new", "api")
    assert (ticket["message_count"], ticket["assignee"], ticket["category"]) == (1, None, None)
    official_is = product.personas["official"]
    assert (ticket["requester"]["name"], ticket["requester"]["email"]) == (official_is["name"], official_is["email"])
    (message,) = official.messages(ticket["reference"])
    assert (message["body_text"], message["seq"]) == ("Ik kan niet binnen.", 1)


def test_every_field_may_be_given(product, agent):
    uri = product.personas["official"]["organisation"]
    requester = {"email": new_address(), "name": "Griet Vermeulen"}
    ticket = agent.open(
        ticket_type="incident",
        application="loket",
        organisation=uri,
        impact="high",
        urgency="high",
        submissions=[SUBMISSION, DEEP_LINK],
        requester=requester,
        channel="phone",
    )
    assert is_ticket(ticket)
    assert (ticket["ticket_type"], ticket["application"], ticket["channel"]) == ("incident", "loket", "phone")
    assert (ticket["impact"], ticket["urgency"], ticket["priority"]) == ("high", "high", "urgent")
    assert (ticket["organisation"]["uri"], ticket["organisation"]["proven"]) == (uri, False)
    assert ticket["requester"] == requester | {"id": ticket["requester"]["id"]}
    assert len(ticket["submissions"]) == 2
    assert ticket["submissions"][0]["uri"] == SUBMISSION
    assert ticket["submissions"][1]["url"] == DEEP_LINK


@pytest.mark.parametrize("number", ["kbo_number", "ovo_code"])
def test_an_organisation_is_named_by_its_number_too_and_proven_by_the_token(product, official, number):
    uri = product.personas["official"]["organisation"]
    (known,) = [row for row in official.read("/organisations", q=uri)["items"] if row["uri"] == uri]
    organisation = official.open(organisation=known[number])["organisation"]
    assert organisation == {
        "uri": uri,
        "name": known["name"],
        "kbo_number": known["kbo_number"],
        "ovo_code": known["ovo_code"],
        "proven": True,
    }


@pytest.mark.parametrize("ticket_type", TICKET_TYPES)
def test_every_type_is_known(agent, ticket_type):
    assert agent.open(ticket_type=ticket_type)["ticket_type"] == ticket_type


def test_impact_and_urgency_give_the_priority(agent):
    found = {
        (impact, urgency): agent.open(impact=impact, urgency=urgency)["priority"]
        for impact, urgency in itertools.product(LEVELS, repeat=2)
    }
    assert set(found.values()) == {"low", "normal", "high", "urgent"}
    assert (found["low", "low"], found["high", "high"]) == ("low", "urgent")


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"subject": ""}, ["/subject"]),
        ({"subject": None}, ["/subject"]),
        ({"body": "  "}, ["/body"]),
        ({"ticket_type": "riddle"}, ["/ticket_type"]),
        ({"impact": "enormous", "urgency": 3}, ["/impact", "/urgency"]),
        ({"application": "bestaat-niet"}, ["/application"]),
        ({"organisation": "Nergens"}, ["/organisation"]),
        ({"channel": "web"}, ["/channel"]),
        ({"submissions": ["https://evil.example/x"]}, ["/submissions/0"]),
        ({"requester": {"email": "geen adres", "name": "Griet"}}, ["/requester/email"]),
    ],
)
def test_what_is_wrong_is_named(agent, change, wrong):
    asked = {"subject": "x", "body": "y", "requester": {"email": new_address(), "name": "Griet"}}
    answer = agent("POST", "/tickets", json=asked | change)
    assert is_problem(answer, 422)
    assert pointers(answer) == wrong


def test_an_official_cannot_ask_in_somebody_elses_name(program):
    asked = {"subject": "x", "body": "y", "requester": {"email": new_address(), "name": "Griet"}}
    assert is_problem(program("other_official")("POST", "/tickets", json=asked), 403)


def test_every_status_has_its_category(agent):
    reference = agent.open()["reference"]
    agent.change(reference, category=CATEGORY, resolution=RESOLUTION)
    moves = ("open", "waiting_requester", "waiting_local_manager", "waiting_second_line", "waiting_vendor", "resolved")
    for status in (*moves, "closed", "open"):
        ticket = agent.change(reference, status=status).json()
        assert (ticket["status"], ticket["status_category"]) == (status, STATUS_CATEGORIES[status])
        assert reference in {row["reference"] for row in _all(agent, status=status)}
        assert reference in {row["reference"] for row in _all(agent, status_category=ticket["status_category"])}
        assert {row["status"] for row in _all(agent, status=status)} == {status}


def test_a_change_of_every_field(product, agent):
    ticket = agent.open()
    uri = product.personas["other_official"]["organisation"]
    answer = agent.change(
        ticket["reference"],
        subject="Nieuw onderwerp",
        status="open",
        assignee="me",
        queue="loket",
        impact="high",
        urgency="high",
        application="toezicht",
        category=CATEGORY,
        organisation=uri,
    )
    assert answer.status_code == 200
    changed = answer.json()
    assert is_ticket(changed)
    assert changed == agent.ticket(ticket["reference"])
    assert changed["assignee"]["name"] == product.personas["agent"]["name"]
    names = ("subject", "status", "queue", "impact", "urgency", "priority", "application", "category")
    assert [changed[name] for name in names] == [
        "Nieuw onderwerp", "open", "loket", "high", "high", "urgent", "toezicht", CATEGORY,
    ]  # fmt: skip
    assert changed["organisation"]["uri"] == uri
    emptied = agent.change(ticket["reference"], assignee=None, application=None, organisation=None).json()
    assert (emptied["assignee"], emptied["application"], emptied["organisation"]) == (None, None, None)
    assert (
        agent.change(ticket["reference"], assignee=changed["assignee"]["id"]).json()["assignee"] == changed["assignee"]
    )


def test_resolving_needs_a_category_and_a_resolution(agent):
    reference = agent.open()["reference"]
    answer = agent.change(reference, status="resolved")
    assert is_problem(answer, 422)
    assert pointers(answer) == ["/category", "/resolution"]
    assert pointers(agent.change(reference, status="resolved", category=CATEGORY)) == ["/resolution"]
    assert pointers(agent.change(reference, status="resolved", resolution=RESOLUTION)) == ["/category"]
    assert agent.ticket(reference)["status"] == "new"
    done = agent.change(reference, status="resolved", category=CATEGORY, resolution=RESOLUTION)
    assert (done.status_code, done.json()["status"]) == (200, "resolved")


@pytest.mark.parametrize("solved_by", SOLVERS)
def test_everybody_who_can_have_solved_it_is_known(agent, solved_by):
    reference = agent.open()["reference"]
    resolution = {"solved_by": solved_by, "avoidable": False}
    done = agent.change(reference, status="resolved", category="toegang.geen_context", resolution=resolution)
    assert done.status_code == 200


def test_an_official_closes_and_opens_again_and_changes_nothing_else(program, agent):
    official = program("other_official")
    reference = official.open()["reference"]
    assert official.change(reference, status="closed").json()["status"] == "closed"
    assert official.change(reference, status="open").json()["status"] == "open"
    for change in (
        {"subject": "x"},
        {"assignee": "me"},
        {"queue": "loket"},
        {"status": "resolved"},
        {"impact": "high"},
    ):
        assert is_problem(official.change(reference, **change), 403)
    assert agent.ticket(reference)["status"] == "open"


@pytest.mark.parametrize("persona", ["colleague", "other_official", "agent_other_queue", "editor", "analyst", "admin"])
def test_a_ticket_one_may_not_see_is_404_in_every_way(program, official, persona):
    ticket = official.open()
    reference = ticket["reference"]
    somebody = program(persona)
    for part in ("", "/messages", "/history"):
        assert is_problem(somebody("GET", f"/tickets/{reference}{part}"), 404)
    assert reference not in {row["reference"] for row in somebody.read("/tickets", limit=200)["items"]}
    if persona not in {"editor", "analyst"}:
        assert is_problem(somebody.change(reference, status="closed"), 404)
        message = {"body": "x", "kind": "public_reply"}
        assert is_problem(somebody("POST", f"/tickets/{reference}/messages", json=message), 404)
        files = {"file": ("x.txt", b"x")}
        assert is_problem(somebody("POST", f"/tickets/{reference}/attachments", files=files), 404)


def test_a_reference_is_read_in_any_case(agent):
    reference = agent.open()["reference"]
    assert agent.ticket(reference.lower())["reference"] == reference
    assert is_problem(agent("GET", "/tickets/AP-000000-1"), 404)
    assert is_problem(agent("GET", "/tickets/onzin"), 404)


def test_the_list_is_narrowed_down_by_every_parameter(product, agent):
    uri = product.personas["other_official"]["organisation"]
    ticket = agent.open(application="loket", organisation=uri)
    reference = ticket["reference"]
    mine = agent.change(reference, assignee="me", category=CATEGORY).json()
    for parameters in (
        {"status": "new"},
        {"status_category": "new"},
        {"queue": ticket["queue"]},
        {"assignee": "me"},
        {"assignee": mine["assignee"]["id"]},
        {"organisation": uri},
        {"organisation": ticket["organisation"]["kbo_number"]},
        {"application": "loket"},
        {"category": CATEGORY},
    ):
        assert reference in {row["reference"] for row in _all(agent, **parameters)}, parameters
    for parameters in (
        {"status": "closed"},
        {"status_category": "waiting_third_party"},
        {"queue": "aanmelden"},
        {"assignee": "none"},
        {"organisation": product.personas["official"]["organisation"]},
        {"application": "toezicht"},
        {"category": "toegang.geen_context"},
        {"requester": "me"},
        {"updated_since": (datetime.now(UTC) + timedelta(hours=1)).isoformat()},
    ):
        assert reference not in {row["reference"] for row in _all(agent, **parameters)}, parameters
    assert reference in {row["reference"] for row in _all(agent, updated_since=ticket["created_at"])}


def test_officials_list_what_they_asked(program):
    official = program("official")
    reference = official.open()["reference"]
    everything = _all(official)
    assert reference in {row["reference"] for row in everything}
    assert everything == _all(official, requester="me")
    assert all(is_ticket(row) for row in everything)


@pytest.mark.parametrize("order", ["-last_message_at", "created_at", "priority"])
def test_the_list_has_its_orders(agent, order):
    agent.open(impact="low", urgency="low")
    agent.open(impact="high", urgency="high")
    rows = _all(agent, order=order)
    if order == "priority":
        ranks = ["urgent", "high", "normal", "low"]
        places = [ranks.index(row["priority"]) for row in rows]
        assert places == sorted(places)
    else:
        moments = [row[order.strip("-")] for row in rows]
        assert moments == sorted(moments, reverse=order.startswith("-"))


def test_what_no_list_has_is_refused(agent):
    for parameters in ({"status": "lost"}, {"order": "colour"}, {"assignee": "you"}, {"updated_since": "yesterday"}):
        (name,) = parameters
        answer = agent("GET", "/tickets", params=parameters)
        assert is_problem(answer, 422)
        assert pointers(answer)[0].startswith(f"/{name}")


def test_history_tells_who_changed_what_from_what(product, agent):
    reference = agent.open()["reference"]
    agent.change(reference, status="open", impact="high")
    items = agent.read(f"/tickets/{reference}/history")["items"]
    assert all(set(item) == {"at", "actor", "action", "changes"} for item in items)
    assert all(MOMENT.fullmatch(item["at"]) for item in items)
    assert [item["at"] for item in items] == sorted(item["at"] for item in items)
    last = items[-1]
    assert last["actor"] == product.personas["agent"]["name"]
    assert last["changes"]["status"] == ["new", "open"]
    assert last["changes"]["impact"] == ["low", "high"]


def _all(program, **parameters):
    """Follow the links to the end; every ticket comes once."""
    rows, answer = [], program("GET", "/tickets", params={"limit": 100, **parameters})
    while True:
        assert answer.status_code == 200, answer.text
        page = answer.json()
        rows += page["items"]
        if page["next"] is None:
            break
        answer = program.client.get(page["next"])
    assert len({row["reference"] for row in rows}) == len(rows)
    return rows
