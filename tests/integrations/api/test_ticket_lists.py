"""Lists of tickets over the API: pages, orders and filters."""

import base64

import pytest
from django.utils.translation import gettext

from helpdesk.tickets.services import NewMessage, reply_to_ticket
from tests import factories
from tests.integrations.api.problems import pointers


def references(answer):
    assert answer.status_code == 200, answer.content
    return [item["reference"] for item in answer.json()["items"]]


def test_a_list_is_paged_by_links_without_gap_or_repetition(town):
    actor = factories.actor(town.users.official)
    tickets = [factories.ticket(f"Vraag {number}", by=actor).reference for number in range(5)]

    found, address = [], "/tickets?order=created_at&limit=2"
    for expected in (2, 2, 1):
        answer = town.official.get(address)
        page = answer.json()
        assert set(page) == {"items", "next"}
        assert len(page["items"]) == expected
        found += references(answer)
        if page["next"] is not None:
            assert answer["Link"] == f'<{page["next"]}>; rel="next"'
            assert page["next"].startswith("http://127.0.0.1:8000/api/v1/tickets?")
            address = page["next"].removeprefix("http://127.0.0.1:8000")
        else:
            assert "Link" not in answer

    assert found == tickets


def test_lists_are_ordered_as_asked(town):
    actor = factories.actor(town.users.official)
    low = factories.ticket("Laag", by=actor, impact="low", urgency="low")
    urgent = factories.ticket("Dringend", by=actor, impact="high", urgency="high")
    reply_to_ticket(actor=actor, ticket=low, new=NewMessage(body="Nog iets."))

    orders = {order: references(town.agent.get(f"/tickets?order={order}")) for order in ("created_at", "priority")}

    assert references(town.agent.get("/tickets")) == [low.reference, urgent.reference]
    assert orders["created_at"] == [low.reference, urgent.reference]
    assert orders["priority"] == [urgent.reference, low.reference]


@pytest.fixture
def two(town):
    """Two tickets that differ in everything a list can be filtered by."""
    factories.application("loket")
    category = factories.category()
    mine = factories.ticket(
        "Van An", by=factories.actor(town.users.official), organisation=town.aalter,
        application=factories.application("loket"),
    )  # fmt: skip
    other = factories.ticket("Van Fatima", by=factories.actor(town.users.other_official), organisation=town.aalst)
    changes = {"status": "waiting_vendor", "category": category.code, "assignee": "me"}
    assert town.agent.patch(f"/tickets/{mine.reference}", json=changes).status_code == 200
    return mine, other


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=waiting_vendor", "mine"),
        ("status=new", "other"),
        ("status=new&status=waiting_vendor", "both"),
        ("status_category=waiting_third_party", "mine"),
        ("status_category=new&status=waiting_vendor", "none"),
        ("queue=intake", "both"),
        ("queue=andere-entiteit", "none"),
        ("queue=bestaat-niet", "none"),
        ("assignee=me", "mine"),
        ("assignee=none", "other"),
        ("assignee=999999999999999999", "none"),
        ("organisation=0207.437.468", "mine"),
        ("organisation=OVO001234", "mine"),
        ("organisation=http://data.lblod.info/id/bestuurseenheden/aalter", "mine"),
        ("organisation=Aalter", "none"),
        ("application=loket", "mine"),
        ("category=toegang.geen_recht", "mine"),
        ("requester=me", "none"),
        ("updated_since=2020-01-01T00:00:00Z", "both"),
        ("updated_since=2020-01-01T00:00:00+02:00", "both"),
        ("updated_since=2099-01-01T00:00:00Z", "none"),
        ("", "both"),
    ],
)
def test_filters_narrow_the_list_down(town, two, query, expected):
    mine, other = (ticket.reference for ticket in two)
    meant = {"mine": [mine], "other": [other], "both": [mine, other], "none": []}[expected]

    assert references(town.agent.get(f"/tickets?order=created_at&{query}")) == meant


def test_a_merged_municipality_has_the_tickets_of_those_it_came_from_and_those_only_their_own(town):
    new, gooik, herne = factories.merger("Pajottegem", "Gooik", "Herne")
    named = {each.name: factories.ticket(each.name, organisation=each).reference for each in (new, gooik, herne)}
    factories.ticket("Van een ander", organisation=town.aalst)

    def filtered(organisation):
        return references(town.agent.get(f"/tickets?order=created_at&organisation={organisation.uri}"))

    assert filtered(new) == list(named.values())
    assert filtered(herne) == [named["Herne"]]
    assert town.official.get(f"/tickets?organisation={new.uri}").json()["items"] == []


def test_a_filter_by_colleague_finds_their_tickets(town, two):
    assert references(town.agent.get(f"/tickets?assignee={town.users.agent.pk}")) == [two[0].reference]


def test_requester_me_is_what_one_asked_oneself(town, two):
    own = factories.ticket("Van de agent zelf", by=factories.actor(town.users.agent))

    assert references(town.agent.get("/tickets?requester=me")) == [own.reference]
    assert references(town.official.get("/tickets?requester=me")) == [two[0].reference]
    assert references(town.integration.get("/tickets?requester=me")) == []
    assert references(town.integration.get("/tickets?assignee=me")) == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("status=opgelost", "/status"),
        ("status=", "/status"),
        ("status_category=waiting", "/status_category"),
        ("assignee=iedereen", "/assignee"),
        ("assignee=%C2%B2", "/assignee"),
        ("assignee=" + "9" * 40, "/assignee"),
        ("requester=1", "/requester"),
        ("updated_since=gisteren", "/updated_since"),
        ("updated_since=2026-01-01T00:00:00", "/updated_since"),
        ("updated_since=9999-12-31T23:59:59-12:00", "/updated_since"),
        ("updated_since=0001-01-01T00:00:00%2B12:00", "/updated_since"),
        ("updated_since=1e400", "/updated_since"),
        ("order=subject", "/order"),
        ("order=queue__teams__api_tokens__token_hash", "/order"),
        ("limit=0", "/limit"),
        ("limit=201", "/limit"),
        ("limit=-1", "/limit"),
        ("limit=veel", "/limit"),
        ("limit=1.5", "/limit"),
        ("limit=" + "9" * 5000, "/limit"),
        ("queue=" + "x" * 251, "/queue"),
    ],
)
def test_an_unknown_value_is_refused_with_its_place(town, query, pointer):
    answer = town.agent.get(f"/tickets?{query}")

    assert (answer.status_code, pointers(answer)) == (422, [pointer])


@pytest.mark.parametrize("parameter", ["queue", "organisation", "application", "category"])
@pytest.mark.parametrize("value", ["%00", "loket%00", "%00loket", "%E2%80%AE", "%20", "%0D%0A"])
def test_a_code_that_cannot_be_one_is_refused_and_never_left_out(town, two, parameter, value):
    answer = town.agent.get(f"/tickets?{parameter}={value}")

    assert (answer.status_code, pointers(answer)) == (422, [f"/{parameter}"])


@pytest.mark.parametrize("query", ["queue=intake&queue=loket", "assignee=me&assignee=none", "limit=1&limit=2",
                                   "updated_since=2020-01-01T00:00:00Z&updated_since=2099-01-01"])  # fmt: skip
def test_what_means_one_thing_and_is_said_twice_is_refused(town, two, query):
    answer = town.agent.get(f"/tickets?{query}")

    assert (answer.status_code, pointers(answer)) == (422, [f"/{query[: query.index('=')]}"])
    assert answer.json()["errors"][0]["detail"] == gettext("Give this once.")


@pytest.mark.parametrize(
    "query",
    [
        "owner__password=x",
        "requester__email__startswith=an",
        "queue__teams__api_tokens__token_hash__gt=a",
        "subject__regex=(a%2B)%2B%24",
        "id__gt=1",
        "ordering=-requester__email",
        "sort=queue__slug",
        "sort=queue__slug&sort=subject",
        "offset=1",
        "page=2",
    ],
)
def test_a_parameter_that_is_not_listed_has_no_effect(town, two, query):
    assert town.agent.get(f"/tickets?{query}").json()["items"] == town.agent.get("/tickets").json()["items"]


@pytest.mark.parametrize(
    "cursor", ["x", "!!", "W10", "bnVsbA", "WzEsMiwzXQ", "WyJ4IiwgInkiLCAieiJd", "%00", "é", "A" * 5000, "eyJhIjoxfQ"]
)
def test_a_cursor_that_is_none_of_the_list_is_refused(town, ticket, path, cursor):
    for address in ("/tickets", f"{path}/messages", f"{path}/history", "/organisations", "/applications"):
        answer = town.agent.get(f"{address}?cursor={cursor}")
        assert (answer.status_code, pointers(answer)) == (400, ["/cursor"]), address


def test_a_cursor_of_another_list_is_refused_also_when_it_looks_alike(town, ticket, path):
    for name in ("berichten", "loket"):
        factories.application(name)
    town.agent.patch(path, json={"impact": "high"})
    factories.ticket("Nog een", by=factories.actor(town.users.official))
    town.agent.post(f"{path}/messages", json={"body": "Wij kijken.", "kind": "internal_note"})
    lists = ["/tickets", "/tickets?order=created_at", "/tickets?order=priority", "/organisations?",
             "/organisations?q=aal", "/applications?", f"{path}/messages?", f"{path}/history?"]  # fmt: skip
    cursors = {}
    for address in lists:
        page = town.agent.get(f"{address}{'&' if '=' in address else '?'}limit=1".replace("??", "?"))
        cursors[address] = page.json()["next"].rpartition("cursor=")[2]

    for address in lists:
        for origin, cursor in cursors.items():
            answer = town.agent.get(f"{address}{'&' if '=' in address else '?'}cursor={cursor}".replace("??", "?"))
            expected = (200, None) if origin == address else (400, ["/cursor"])
            found = (answer.status_code, None if answer.status_code == 200 else pointers(answer))
            assert found == expected, (address, origin)


def test_a_cursor_whose_values_were_changed_is_refused(town):
    for name in ("berichten", "loket"):
        factories.application(name)
    cursor = town.agent.get("/applications?limit=1").json()["next"].rpartition("cursor=")[2]
    values, _dot, signature = cursor.partition(".")
    made_up = base64.urlsafe_b64encode(rb"""[false,"a\u0000",1]""").decode().rstrip("=")

    for forged in (f"{made_up}.{signature}", values, f"{values}.", f"{values}.{signature}x", f".{signature}"):
        answer = town.agent.get(f"/applications?cursor={forged}")
        assert (answer.status_code, pointers(answer)) == (400, ["/cursor"]), forged
