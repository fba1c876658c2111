"""Who gets what: every route for every caller, tokens, scopes and the number of writes."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from helpdesk.accounts.models import ApiToken
from helpdesk.tickets.models import Message, Ticket
from tests import factories
from tests.integrations.api.conftest import Program
from tests.integrations.api.problems import pointers

ABSENT = "AP-7K3M9Q-X"
QUESTION = {"subject": "Ik geraak niet binnen", "body": "Ik krijg een foutmelding."}
ROUTES = {
    "read": lambda program, ticket: program.get(f"/tickets/{ticket}"),
    "change": lambda program, ticket: program.patch(f"/tickets/{ticket}", json={"status": "closed"}),
    "messages": lambda program, ticket: program.get(f"/tickets/{ticket}/messages"),
    "reply": lambda program, ticket: program.post(
        f"/tickets/{ticket}/messages", json={"body": "Hallo", "kind": "public_reply"}
    ),
    "note": lambda program, ticket: program.post(
        f"/tickets/{ticket}/messages", json={"body": "Hallo", "kind": "internal_note"}
    ),
    "upload": lambda program, ticket: program.post(
        f"/tickets/{ticket}/attachments", data={"file": SimpleUploadedFile("brief.pdf", b"%PDF")}
    ),
    "history": lambda program, ticket: program.get(f"/tickets/{ticket}/history"),
}
# What each caller gets of the official's ticket in the agent's queue.
EXPECTED = {
    "official": {"read": 200, "change": 200, "messages": 200, "reply": 201, "note": 403, "upload": 201, "history": 200},
    "colleague": dict.fromkeys(ROUTES, 404),
    "other_official": dict.fromkeys(ROUTES, 404),
    "agent": {"read": 200, "change": 200, "messages": 200, "reply": 201, "note": 201, "upload": 201, "history": 200},
    "agent_other_queue": dict.fromkeys(ROUTES, 404),
    "integration": {
        "read": 200, "change": 200, "messages": 200, "reply": 201, "note": 201, "upload": 201, "history": 200
    },
    "anonymous": dict.fromkeys(ROUTES, 401),
}  # fmt: skip


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("caller", EXPECTED)
def test_each_caller_gets_what_is_theirs_of_each_route(town, ticket, caller, route):
    answer = ROUTES[route](getattr(town, caller), ticket.reference)

    assert answer.status_code == EXPECTED[caller][route], answer.content
    if answer.status_code >= 400:
        assert pointers(answer) == []
        assert ticket.subject.encode() not in answer.content
        assert Message.objects.count() == 1
        assert Ticket.objects.get().status == "new"


@pytest.mark.parametrize("route", ROUTES)
def test_a_foreign_ticket_and_none_at_all_are_the_same(town, ticket, route):
    call = ROUTES[route]

    foreign, absent, misspelt = (
        call(town.other_official, reference) for reference in (ticket.reference, ABSENT, "bestaat-niet")
    )

    assert [answer.status_code for answer in (foreign, absent, misspelt)] == [404, 404, 404]
    assert foreign.content == absent.content == misspelt.content
    assert dict(foreign.headers) == dict(absent.headers) == dict(misspelt.headers)


@pytest.mark.parametrize(
    ("caller", "sees"),
    [
        ("official", True),
        ("colleague", False),
        ("other_official", False),
        ("agent", True),
        ("agent_other_queue", False),
        ("integration", True),
    ],
)
def test_lists_hold_only_what_a_caller_may_read(town, ticket, caller, sees):
    expected = [ticket.reference] if sees else []
    filters = ("", "status=new", "queue=intake", "requester=me", "organisation=OVO001234", "assignee=none")

    for query in filters if caller not in {"agent", "integration"} else filters[:3]:
        answer = getattr(town, caller).get(f"/tickets?{query}")
        assert [item["reference"] for item in answer.json()["items"]] == expected
        assert answer.json()["next"] is None


def test_an_unverified_ticket_is_not_in_the_list_of_who_has_the_address(town):
    factories.ticket("Van iemand", requester=("An Peeters", "an.peeters@aalter.example"))

    assert town.official.get("/tickets").json()["items"] == []
    assert len(town.agent.get("/tickets").json()["items"]) == 1


def test_a_claimed_organisation_lets_nobody_in(town):
    factories.ticket(requester=("Jan", "jan@elders.example"), organisation=town.aalter)

    assert town.official.get("/tickets").json()["items"] == []
    assert town.official.get("/tickets?organisation=OVO001234").json()["items"] == []


# --- Tokens


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer onbekend", "Bearer a b", "Bearer é", "Bearer \x00"]
)
def test_without_a_living_token_there_is_no_way_in(town, ticket, path, header):
    headers = {} if header is None else {"Authorization": header}

    answer = town.anonymous.get(path, **headers)

    assert (answer.status_code, pointers(answer)) == (401, [])
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("ended", ["expires_at", "revoked_at", "is_active"])
def test_a_token_that_ended_opens_nothing(town, ticket, path, ended):
    user = town.users.official
    if ended == "is_active":
        type(user).objects.filter(pk=user.pk).update(is_active=False)
    else:
        ApiToken.objects.filter(user=user).update(**{ended: timezone.now() - timedelta(seconds=1)})

    answer = town.official.get(path)

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer error="invalid_token"')


@pytest.mark.parametrize(
    ("scopes", "refused"),
    [
        (("tickets:read",), {"change", "reply", "note", "upload"}),
        (("tickets:write",), {"read", "messages", "history"}),
        (("articles:read", "admin"), set(ROUTES)),
        ((), set(ROUTES)),
    ],
)
def test_a_missing_scope_is_refused_before_anything_is_looked_up(town, ticket, scopes, refused):
    program = Program(factories.api_token(scopes=scopes, user=town.users.agent))

    for name, call in ROUTES.items():
        for reference in (ticket.reference, ABSENT):
            answer = call(program, reference)
            assert (answer.status_code == 403) is (name in refused), (name, answer.content)
            if name in refused:
                assert pointers(answer) == []
                assert "insufficient_scope" in answer["WWW-Authenticate"]
    assert program.post("/tickets", json=QUESTION).status_code == (201 if "tickets:write" in scopes else 403)
    assert program.get("/tickets").status_code == (200 if "tickets:read" in scopes else 403)


def test_a_session_is_no_way_in(town, ticket, path):
    browser = Client()
    browser.force_login(town.users.official)

    answer = browser.get(f"/api/v1{path}")
    posted = browser.post("/api/v1/tickets", data=QUESTION, content_type="application/json")

    assert (answer.status_code, posted.status_code) == (401, 401)
    assert answer.cookies == {}


def test_a_session_beside_a_token_changes_nothing(town, ticket, path):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(town.users.official)
    headers = {"Authorization": f"Bearer {town.other_official.token}"}

    read = browser.get(f"/api/v1{path}", headers=headers)
    asked = browser.post("/api/v1/tickets", data=QUESTION, content_type="application/json", headers=headers)

    assert (read.status_code, asked.status_code) == (404, 201)
    assert asked.json()["requester"]["name"] == "Fatima El Amrani"


def test_answers_are_for_one_caller_and_kept_by_nobody(town, ticket, path):
    for address in (path, "/tickets", "/tickets/onzin", "/niets"):
        answer = town.official.get(address)
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Vary"] == "Authorization"


# --- How often


def test_an_official_writes_sixty_times_a_minute(town):
    with time_machine.travel("2026-11-23 14:05:20Z", tick=False):
        statuses = [town.official.post("/tickets", json={}).status_code for _number in range(60)]
        refused = town.official.post("/tickets", json=QUESTION)
        read = town.official.get("/tickets")
        colleague = town.colleague.post("/tickets", json=QUESTION)
    with time_machine.travel("2026-11-23 14:06:01Z", tick=False):
        later = town.official.post("/tickets", json=QUESTION)

    assert set(statuses) == {422}
    assert (refused.status_code, pointers(refused), refused["Retry-After"]) == (429, [], "40")
    assert (read.status_code, colleague.status_code, later.status_code) == (200, 201, 201)


@pytest.mark.parametrize("caller", ["agent", "integration"])
def test_the_desk_and_integrations_write_as_often_as_they_like(town, caller):
    program = getattr(town, caller)

    assert {program.post("/tickets", json={}).status_code for _number in range(61)} == {422}


def test_a_token_may_have_a_number_of_its_own(town, one_window):
    ApiToken.objects.filter(team__isnull=False).update(writes_per_minute=1)

    assert [town.integration.post("/tickets", json={}).status_code for _number in range(2)] == [422, 429]


def test_links_are_made_with_our_own_address(town, ticket):
    """Not with the name the client used, which anybody can make up."""
    address = town.official.post("/tickets", json=QUESTION, Host="localhost")["Location"]

    assert address.startswith(f"{settings.BASE_URL}/api/v1/tickets/AP-")
