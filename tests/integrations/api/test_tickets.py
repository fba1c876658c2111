"""Asking, reading and changing tickets over the API, as the interface contract says."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from helpdesk.accounts.models import Person
from helpdesk.kernel.redaction import MASK
from helpdesk.submissions.models import SubmissionLink
from helpdesk.tickets.models import Message, MessageBody, Ticket
from helpdesk.tickets.services import NewMessage, add_note, reply_to_ticket
from tests import factories
from tests.integrations.api.problems import pointers

KEYS = {
    "reference", "subject", "ticket_type", "status", "status_category", "impact", "urgency", "priority", "channel",
    "queue", "assignee", "requester", "organisation", "application", "category", "identity_assurance", "created_at",
    "updated_at", "last_message_at", "message_count", "submissions",
}  # fmt: skip
QUESTION = {"subject": "Ik geraak niet binnen", "body": "Ik krijg een foutmelding."}
SUBMISSION = "5f3f9c2e-0b1d-4c1a-9d55-1f7f0d3f8a11"
DEEP_LINK = f"https://loket.lokaalbestuur.vlaanderen.be/supervision/submissions/{SUBMISSION}"
URI = f"http://data.lblod.info/submissions/{SUBMISSION}"
RESOLUTION = {"solved_by": "helpdesk", "avoidable": True}


def stamp(moment):
    return moment.isoformat().replace("+00:00", "Z")


def test_an_official_asks_in_their_own_name(town):
    application = factories.application("loket", queue=town.other_queue)

    answer = town.official.post(
        "/tickets",
        json=QUESTION
        | {
            "ticket_type": "incident",
            "application": application.slug,
            "organisation": "0207.437.468",
            "impact": "high",
            "urgency": "high",
            "submissions": [DEEP_LINK, URI],
        },
    )

    ticket = Ticket.objects.get()
    assert answer.status_code == 201
    assert answer["Location"] == f"http://127.0.0.1:8000/api/v1/tickets/{ticket.reference}"
    assert answer.json() == {
        "reference": ticket.reference,
        "subject": "Ik geraak niet binnen",
        "ticket_type": "incident",
        "status": "new",
        "status_category": "new",
        "impact": "high",
        "urgency": "high",
        "priority": "urgent",
        "channel": "api",
        "queue": "andere-entiteit",
        "assignee": None,
        "requester": {
            "id": str(town.users.official.person_id),
            "name": "An Peeters",
            "email": "an.peeters@aalter.example",
        },
        "organisation": {
            "uri": town.aalter.uri,
            "name": "Aalter",
            "kbo_number": "0207437468",
            "ovo_code": "OVO001234",
            "proven": True,
        },
        "application": "loket",
        "category": None,
        "identity_assurance": "acm_idm",
        "created_at": stamp(ticket.created_at),
        "updated_at": stamp(ticket.created_at),
        "last_message_at": stamp(ticket.created_at),
        "message_count": 1,
        "submissions": [{"uri": URI, "url": DEEP_LINK}],
    }
    assert town.official.get(answer["Location"].removeprefix("http://127.0.0.1:8000")).content == answer.content


@pytest.mark.parametrize("code", ["aalter-uri", "0207437468", "0207.437.468", "OVO001234", "ovo001234"])
def test_an_organisation_is_named_by_uri_kbo_or_ovo(town, code):
    code = town.aalter.uri if code == "aalter-uri" else code

    answer = town.other_official.post("/tickets", json=QUESTION | {"organisation": code})

    # Fatima works elsewhere: for her it is a claim.
    assert answer.json()["organisation"]["uri"] == town.aalter.uri
    assert answer.json()["organisation"]["proven"] is False


@pytest.mark.parametrize("caller", ["agent", "integration"])
def test_the_desk_and_integrations_ask_in_somebody_elses_name(town, caller):
    requester = {"name": "Jan  Janssens", "email": "Jan.Janssens@aalst.example"}

    answer = getattr(town, caller).post("/tickets", json=QUESTION | {"requester": requester, "channel": "phone"})

    shown = answer.json()
    person = Person.objects.get(name="Jan Janssens")
    assert answer.status_code == 201
    assert shown["requester"] == {"id": str(person.pk), "name": "Jan Janssens", "email": "Jan.Janssens@aalst.example"}
    assert (shown["channel"], shown["identity_assurance"]) == ("phone", "unverified")


def test_an_agent_may_ask_for_a_queue_that_others_serve(town):
    factories.application("loket", queue=town.other_queue)
    requester = {"name": "Jan Janssens", "email": "jan@aalst.example"}

    answer = town.agent.post(
        "/tickets", json=QUESTION | {"application": "loket", "requester": requester, "submissions": [URI]}
    )

    assert (answer.status_code, answer.json()["queue"]) == (201, "andere-entiteit")
    assert [submission["uri"] for submission in answer.json()["submissions"]] == [URI]


def test_an_official_cannot_ask_in_somebody_elses_name(town):
    answer = town.official.post(
        "/tickets", json=QUESTION | {"requester": {"name": "Koen Wouters", "email": "koen@aalter.example"}}
    )

    assert answer.status_code == 403
    assert pointers(answer) == []
    assert not Ticket.objects.exists()


def test_an_integration_says_who_asks(town):
    answer = town.integration.post("/tickets", json=QUESTION)

    assert (answer.status_code, pointers(answer)) == (422, ["/requester"])


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"subject": ""}, ["/subject"]),
        ({"subject": " \u0000\u202e "}, ["/subject"]),
        ({"subject": "x" * 201}, ["/subject"]),
        ({"subject": None}, ["/subject"]),
        ({"subject": 5, "body": []}, ["/subject", "/body"]),
        ({"body": "x" * 100_001}, ["/body"]),
        ({"ticket_type": "vraag"}, ["/ticket_type"]),
        ({"impact": "urgent", "urgency": "urgent"}, ["/impact", "/urgency"]),
        ({"channel": "email"}, ["/channel"]),
        ({"application": "bestaat-niet"}, ["/application"]),
        ({"organisation": "Aalter"}, ["/organisation"]),
        ({"organisation": "0000000000"}, ["/organisation"]),
        ({"organisation": "http://data.lblod.info/id/bestuurseenheden/niets"}, ["/organisation"]),
        ({"submissions": ["https://elders.example/x", URI]}, ["/submissions/0"]),
        ({"submissions": [URI, f"zie {URI}"]}, ["/submissions/1"]),
        ({"submissions": [URI] * 21}, ["/submissions"]),
        ({"requester": {"name": "", "email": "geen adres"}}, ["/requester/email", "/requester/name"]),
        ({"requester": {"name": "Jan"}}, ["/requester/email"]),
        ({"requester": "Jan"}, ["/requester"]),
        ({"identity_assurance": "acm_idm", "a/b~": 1}, ["/identity_assurance", "/a~1b~0"]),
    ],
)
def test_each_wrong_field_is_named(town, fields, expected):
    answer = town.agent.post("/tickets", json=QUESTION | fields)

    assert (answer.status_code, pointers(answer)) == (422, expected)
    assert not Ticket.objects.exists()


def test_fields_that_are_missing_are_named(town):
    answer = town.official.post("/tickets", json={})

    assert (answer.status_code, pointers(answer)) == (422, ["/subject", "/body"])


@pytest.mark.parametrize(
    "field",
    ["priority", "status", "queue", "assignee", "created_at", "identity_assurance", "is_staff", "role", "reference"],
)
def test_no_request_sets_what_is_not_its_to_set(town, ticket, path, field):
    before = town.agent.get(path).content

    asked = town.agent.post("/tickets", json=QUESTION | {field: "high"})
    changed = town.agent.patch(path, json={field: "high"})

    assert (asked.status_code, changed.status_code) == (422, 422)
    assert pointers(asked) == [f"/{field}"]
    assert pointers(changed) == [f"/{field}"]
    assert town.agent.get(path).content == before
    assert Ticket.objects.count() == 1


def test_a_rijksregisternummer_is_masked_before_it_is_stored(town):
    answer = town.official.post(
        "/tickets", json={"subject": "Mijn nummer 85.07.30-033.28", "body": "Het is 85.07.30-033.28."}
    )

    assert answer.json()["subject"] == f"Mijn nummer {MASK}"
    assert MessageBody.objects.get().text == f"Het is {MASK}."


def test_the_body_of_a_ticket_is_its_first_message(town):
    answer = town.official.post("/tickets", json=QUESTION | {"body": "Eerste\r\nregel"})

    items = town.official.get(f"/tickets/{answer.json()['reference']}/messages").json()["items"]
    assert [(item["seq"], item["body_text"], item["direction"]) for item in items] == [(1, "Eerste\nregel", "inbound")]


def test_a_reference_is_read_in_any_spelling(town, ticket):
    spelled = ticket.reference.lower().replace("-", "%20")

    assert town.official.get(f"/tickets/{spelled}").json()["reference"] == ticket.reference


def test_a_ticket_has_the_fields_of_the_contract_for_everybody(town, ticket, path):
    for caller in (town.official, town.agent, town.integration):
        shown = caller.get(path).json()
        assert set(shown) == KEYS
        assert set(shown["requester"]) == {"id", "name", "email"}
        assert set(shown["organisation"]) == {"uri", "name", "kbo_number", "ovo_code", "proven"}


def test_an_internal_note_leaves_no_trace_for_who_asked(town, ticket, path):
    """A time, a number or an ETag that moves would tell that the desk talks about them."""
    actor = factories.actor(town.users.agent)
    reply_to_ticket(actor=actor, ticket=ticket, new=NewMessage(body="Wij kijken dit na."))
    paths = (path, f"{path}/messages", f"{path}/history", "/tickets", "/tickets?order=created_at")
    before = [town.official.get(one).content for one in paths]
    desk_before = town.agent.get(path).json()
    since = stamp(timezone.now())

    add_note(actor=actor, ticket=ticket, new=NewMessage(body="Dit is de derde keer."))

    assert [town.official.get(one).content for one in paths] == before
    assert town.official.get(f"/tickets?updated_since={since}").json()["items"] == []
    desk = town.agent.get(path).json()
    assert (desk["message_count"], desk["updated_at"] > desk_before["updated_at"]) == (3, True)
    assert [item["reference"] for item in town.agent.get(f"/tickets?updated_since={since}").json()["items"]] == [
        ticket.reference
    ]


# --- Lists


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


# --- Changes


def test_an_agent_changes_everything_at_once(town, ticket, path):
    application, category = factories.application("loket"), factories.category()
    changes = {
        "subject": "Geen toegang tot het Loket",
        "status": "waiting_second_line",
        "assignee": str(town.users.agent.pk),
        "impact": "high",
        "urgency": "high",
        "application": application.slug,
        "category": category.code,
        "organisation": town.aalst.uri,
    }

    answer = town.agent.patch(path, json=changes)

    shown = answer.json()
    assert answer.status_code == 200
    assert {name: shown[name] for name in changes} == changes | {
        "assignee": {"id": str(town.users.agent.pk), "name": "Bram De Smet"},
        "organisation": {
            "uri": town.aalst.uri, "name": "Aalst", "kbo_number": None, "ovo_code": None, "proven": False
        },
    }  # fmt: skip
    assert (shown["priority"], shown["status_category"]) == ("urgent", "waiting_third_party")
    assert town.agent.get(path).content == answer.content


def test_null_empties_a_field_and_what_is_absent_stays(town, ticket, path):
    town.agent.patch(path, json={"assignee": "me", "application": factories.application("loket").slug})

    shown = town.agent.patch(path, json={"assignee": None, "organisation": None}).json()

    assert (shown["assignee"], shown["organisation"], shown["application"]) == (None, None, "loket")


@pytest.mark.parametrize("as_shown", [True, False])
def test_an_assignee_is_given_as_it_is_shown_or_by_its_id(town, ticket, path, as_shown):
    colleague = {"id": str(town.users.agent.pk), "name": "Bram De Smet"}

    answer = town.integration.patch(path, json={"assignee": colleague if as_shown else colleague["id"]})

    assert answer.json()["assignee"] == colleague


def test_nobody_is_assigned_who_does_not_serve_the_queue_and_nothing_is_said_of_them(town, ticket, path):
    stranger, nobody = str(town.users.other_official.pk), "987654321"
    wished = [stranger, nobody, str(town.users.agent_other_queue.pk), "9" * 20, "x", {"id": stranger}]

    answers = [town.agent.patch(path, json={"assignee": one}) for one in wished]

    assert {(answer.status_code, answer.content) for answer in answers} == {(422, answers[0].content)}
    assert pointers(answers[0]) == ["/assignee"]


def test_moving_to_another_queue_takes_the_ticket_out_of_sight(town, ticket, path):
    answer = town.agent.patch(path, json={"queue": "andere-entiteit"})

    assert (answer.status_code, answer.json()["queue"]) == (200, "andere-entiteit")
    assert town.agent.get(path).status_code == 404
    assert town.agent_other_queue.get(path).status_code == 200


def test_resolving_needs_category_and_resolution(town, ticket, path):
    category = factories.category().code

    nothing = town.agent.patch(path, json={"status": "resolved"})
    half = town.agent.patch(path, json={"status": "resolved", "category": category})
    emptied = town.agent.patch(path, json={"status": "resolved", "category": None, "resolution": RESOLUTION})

    assert (nothing.status_code, pointers(nothing)) == (422, ["/category", "/resolution"])
    assert (half.status_code, pointers(half)) == (422, ["/resolution"])
    assert (emptied.status_code, pointers(emptied)) == (422, ["/category"])
    assert Ticket.objects.get().category is None

    whole = town.agent.patch(path, json={"status": "resolved", "category": category, "resolution": RESOLUTION})

    stored = Ticket.objects.get()
    assert (whole.status_code, whole.json()["status"]) == (200, "resolved")
    assert (stored.solved_by, stored.avoidable) == ("helpdesk", True)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": "new"}, ["/status"]),
        ({"status": "gesloten"}, ["/status"]),
        ({"status": None}, ["/status"]),
        ({"subject": " "}, ["/subject"]),
        ({"subject": None}, ["/subject"]),
        ({"queue": "nergens"}, ["/queue"]),
        ({"queue": None}, ["/queue"]),
        ({"assignee": 5}, ["/assignee"]),
        ({"assignee": "x" * 21}, ["/assignee"]),
        ({"assignee": {"name": "Bram De Smet", "id": 7}}, ["/assignee"]),
        ({"application": "niets"}, ["/application"]),
        ({"category": "niets"}, ["/category"]),
        ({"organisation": "niets"}, ["/organisation"]),
        ({"resolution": {"solved_by": "niemand"}}, ["/resolution/solved_by", "/resolution/avoidable"]),
        ({"resolution": {"solved_by": "vendor", "avoidable": "true"}}, ["/resolution/avoidable"]),
        ({"resolution": None}, ["/resolution"]),
        ({"priority": "urgent"}, ["/priority"]),
        ({"requester": {"email": "x@y.example"}}, ["/requester"]),
    ],
)
def test_a_change_that_cannot_be_made_is_named_and_changes_nothing(town, ticket, path, changes, expected):
    town.agent.patch(path, json={"status": "open"})
    before = town.agent.get(path).content

    answer = town.agent.patch(path, json={"impact": "high"} | changes)

    assert (answer.status_code, pointers(answer)) == (422, expected)
    assert town.agent.get(path).content == before


def test_who_asked_closes_and_opens_again(town, ticket, path):
    closed = town.official.patch(path, json={"status": "closed"})
    opened = town.official.patch(path, json={"status": "open"})

    assert [(one.status_code, one.json()["status"]) for one in (closed, opened)] == [(200, "closed"), (200, "open")]


def test_who_asked_cannot_open_again_after_fourteen_days(town, ticket, path):
    town.official.patch(path, json={"status": "closed"})
    Ticket.objects.update(closed_at=timezone.now() - timedelta(days=14, minutes=1))

    answers = [
        town.official.patch(path, json={"status": "open"}),
        town.official.post(f"{path}/messages", json={"body": "Toch nog iets.", "kind": "public_reply"}),
        town.official.post(f"{path}/attachments", data={"file": letter()}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert Ticket.objects.get().status == "closed"


def letter():
    return SimpleUploadedFile("brief.pdf", b"%PDF-1.7")


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Iets anders"},
        {"status": "resolved"},
        {"status": "waiting_vendor"},
        {"status": "open"},
        {"assignee": "me"},
        {"assignee": "1"},
        {"queue": "andere-entiteit"},
        {"queue": "bestaat-niet"},
        {"impact": "high"},
        {"category": "toegang.geen_recht"},
        {"organisation": "OVO001234"},
        {"status": "closed", "urgency": "high"},
        {"resolution": RESOLUTION},
    ],
)
def test_who_asked_changes_nothing_else(town, ticket, path, changes):
    before = town.official.get(path).content

    answer = town.official.patch(path, json=changes)

    assert (answer.status_code, pointers(answer)) == (403, [])
    assert town.official.get(path).content == before


def test_an_empty_change_changes_nothing(town, ticket, path):
    before = town.agent.get(path).content

    answer = town.agent.patch(path, json={})

    assert (answer.status_code, answer.content) == (200, before)
    assert ticket.history.count() == 1


# --- Versions


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


def test_nothing_is_written_when_the_submission_cannot_be_linked(town):
    town.official.post("/tickets", json=QUESTION | {"submissions": ["geen"]})

    assert (Ticket.objects.count(), Message.objects.count(), SubmissionLink.objects.count()) == (0, 0, 0)
