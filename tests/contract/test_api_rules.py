"""Section 4: what holds for the whole API."""

import time
import uuid

import httpx
import pytest

from tests.contract import shapes
from tests.contract.shapes import is_problem
from tests.contract.visitor import new_address

WAYS = {
    "/api/v1/tickets": {"get", "post"},
    "/api/v1/tickets/{reference}": {"get", "patch"},
    "/api/v1/tickets/{reference}/messages": {"get", "post"},
    "/api/v1/tickets/{reference}/attachments": {"post"},
    "/api/v1/tickets/{reference}/attachments/{attachment_id}": {"get"},
    "/api/v1/tickets/{reference}/history": {"get"},
    "/api/v1/articles": {"get", "post"},
    "/api/v1/articles/{slug}": {"get", "put"},
    "/api/v1/articles/{slug}/feedback": {"post"},
    "/api/v1/search": {"get"},
    "/api/v1/organisations": {"get"},
    "/api/v1/applications": {"get"},
}
LATER = ("diagnoses", "diagnoses/1", "incidents", "incidents/AP-1/updates")


@pytest.mark.parametrize("path", ["/organisations", "/applications", "/articles", "/search", "/openapi.json"])
def test_some_things_need_no_token(program, path):
    assert program()("GET", path).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/tickets"),
        ("POST", "/tickets"),
        ("GET", "/tickets/AP-000000-0"),
        ("PATCH", "/tickets/AP-000000-0"),
        ("GET", "/tickets/AP-000000-0/messages"),
        ("POST", "/tickets/AP-000000-0/messages"),
        ("POST", "/tickets/AP-000000-0/attachments"),
        ("GET", "/tickets/AP-000000-0/history"),
        ("POST", "/articles"),
        ("PUT", "/articles/itsme"),
    ],
)
def test_everything_else_needs_one(program, method, path):
    answer = program()(method, path, json={} if method != "GET" else None)
    assert is_problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_wrong_token_is_nobodys(program):
    for header in ("Bearer ap_wrong", "Basic YTpi", "Bearer"):
        assert is_problem(program()("GET", "/tickets", headers={"Authorization": header}), 401)


def test_cookies_are_ignored(visitor):
    agent = visitor("agent")
    assert agent.get("/desk/").status == 200
    assert is_problem(agent.client.get("/api/v1/tickets", headers={"Accept": "application/json"}), 401)


@pytest.mark.parametrize("persona", ["editor", "analyst"])
def test_a_missing_scope_is_403(program, persona):
    asked = {"subject": "x", "body": "y"}
    assert program(persona)("GET", "/tickets").status_code == 200
    assert is_problem(program(persona)("POST", "/tickets", json=asked), 403)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"subject": "x"', b"\xff\xfe", b"null"])
def test_what_is_no_json_object_is_a_problem(agent, content):
    answer = agent("POST", "/tickets", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 415, 422}
    assert is_problem(answer, answer.status_code)


def test_what_is_not_there_and_what_cannot_be_done_is_a_problem_too(agent):
    assert is_problem(agent("GET", "/nothing"), 404)
    refused = agent("DELETE", "/tickets")
    assert is_problem(refused, 405)
    assert "GET" in refused.headers["allow"]


@pytest.mark.parametrize("path", LATER)
@pytest.mark.parametrize("persona", [None, "admin"])
def test_paths_of_later_phases_are_404(program, persona, path):
    assert is_problem(program(persona)("GET", f"/{path}"), 404)
    assert is_problem(program(persona)("POST", f"/{path}", json={}), 404)


def test_the_description_is_openapi_3_1_and_complete(program):
    answer = program()("GET", "/openapi.json")
    described = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert described["openapi"].startswith("3.1.")
    methods = {"get", "post", "patch", "put", "delete"}
    assert {path: set(ways) & methods for path, ways in described["paths"].items()} == WAYS


def test_the_description_names_every_value_and_no_other(program):
    parts = program()("GET", "/openapi.json").json()["components"]["schemas"]
    described = {frozenset(part["enum"]) for part in _schemas(parts) if "enum" in part}
    for values in (
        shapes.STATUSES, tuple(set(shapes.STATUS_CATEGORIES.values())), shapes.LEVELS, shapes.PRIORITIES,
        shapes.TICKET_TYPES, shapes.CHANNELS, shapes.ASSURANCES, shapes.KINDS, shapes.DIRECTIONS, shapes.ROLES,
        shapes.DELIVERY_STATES, shapes.SOLVERS, ("api", "phone"), shapes.ARTICLE_STATES, shapes.AUDIENCES,
    ):  # fmt: skip
        assert frozenset(values) in described


def test_a_list_is_cut_into_pages_with_a_link_to_the_next(product, program):
    answer = program()("GET", "/organisations", params={"limit": 2})
    page = answer.json()
    assert set(page) == {"items", "next"}
    assert len(page["items"]) == 2
    assert page["next"].startswith(f"{product.base_url}/api/v1/organisations?")
    assert answer.headers["link"] == f'<{page["next"]}>; rel="next"'
    following = httpx.get(page["next"]).json()["items"]
    assert {row["uri"] for row in following}.isdisjoint({row["uri"] for row in page["items"]})


def test_fifty_by_default_and_two_hundred_at_most(program):
    anybody = program()
    assert len(anybody.read("/organisations")["items"]) == 50
    assert len(anybody.read("/organisations", limit=200)["items"]) == 200
    assert len(anybody.read("/organisations", limit=1)["items"]) == 1
    for limit in ("0", "201", "-1", "many"):
        assert is_problem(anybody("GET", "/organisations", params={"limit": limit}), 422)


def test_the_last_page_has_no_next(program):
    answer = program()("GET", "/applications", params={"limit": 200})
    assert answer.json()["next"] is None
    assert "link" not in answer.headers


def test_a_cursor_of_another_order_is_refused(agent):
    page = agent("GET", "/tickets", params={"limit": 1, "order": "created_at"})
    there = httpx.URL(page.json()["next"]).params["cursor"]

    assert agent("GET", "/tickets", params={"limit": 1, "order": "created_at", "cursor": there}).status_code == 200
    assert is_problem(agent("GET", "/tickets", params={"limit": 1, "cursor": there}), 400)


def test_a_cursor_somebody_made_up_is_refused(agent):
    for cursor in ("onzin", "AAAA", "W10", "ü"):
        answer = agent("GET", "/tickets", params={"cursor": cursor})
        assert answer.status_code in {400, 404, 422}
        assert is_problem(answer, answer.status_code)


def test_a_single_object_has_a_strong_tag(agent):
    path = f"/tickets/{agent.open()['reference']}"
    first = agent("GET", path)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    same = agent("GET", path, headers={"If-None-Match": tag})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    agent("PATCH", path, json={"subject": "Anders"})
    other = agent("GET", path, headers={"If-None-Match": tag})
    assert (other.status_code, other.headers["etag"] != tag) == (200, True)


def test_a_change_of_something_read_long_ago_is_412(agent):
    path = f"/tickets/{agent.open()['reference']}"
    tag = agent("GET", path).headers["etag"]
    done = agent("PATCH", path, json={"subject": "Eerst"}, headers={"If-Match": tag})
    assert done.status_code == 200
    stale = agent("PATCH", path, json={"subject": "Te laat"}, headers={"If-Match": tag})
    assert is_problem(stale, 412)
    assert agent("GET", path).json()["subject"] == "Eerst"
    fresh = agent("PATCH", path, json={"subject": "Weer"}, headers={"If-Match": done.headers["etag"]})
    assert fresh.status_code == 200


def test_opening_twice_with_one_key_opens_once(program):
    agent = program("agent")
    asked = {"subject": "Eens", "body": "y", "requester": {"email": new_address(), "name": "Griet"}}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    first = agent("POST", "/tickets", json=asked, headers=headers)
    again = agent("POST", "/tickets", json=asked, headers=headers)
    assert "idempotent-replayed" not in first.headers
    assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")
    assert (again.content, again.headers["location"]) == (first.content, first.headers["location"])
    assert is_problem(agent("POST", "/tickets", json=asked | {"body": "anders"}, headers=headers), 422)
    elsewhere = program("supervisor")("POST", "/tickets", json=asked, headers=headers)
    assert elsewhere.json()["reference"] != first.json()["reference"]


def test_messages_and_files_have_it_too(agent):
    path = f"/tickets/{agent.open()['reference']}"
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    note = {"body": "Eens", "kind": "internal_note"}
    answers = [agent("POST", f"{path}/messages", json=note, headers=headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(agent.read(f"{path}/messages")["items"]) == 2
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    files = {"file": ("x.txt", b"x")}
    uploads = [agent("POST", f"{path}/attachments", files=files, headers=headers) for _ in range(2)]
    assert uploads[0].json() == uploads[1].json()
    assert uploads[1].headers["idempotent-replayed"] == "true"


def test_a_refused_request_leaves_its_key_free(agent):
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    asked = {"subject": "x", "body": "y", "requester": {"email": new_address(), "name": "Griet"}}
    assert agent("POST", "/tickets", json=asked | {"subject": ""}, headers=headers).status_code == 422
    assert agent("POST", "/tickets", json=asked, headers=headers).status_code == 201


def wait_for_a_fresh_minute():
    """Limits count by the minute: begin with one nobody has used, and long enough for all writes of the test."""
    time.sleep(60 - time.time() % 60 + 0.5)


def test_an_officials_token_writes_sixty_times_a_minute_and_an_agents_without_end(another_product):
    installation = another_product()
    installation.start()
    wait_for_a_fresh_minute()

    def writes(persona, number):
        token = installation.personas[persona]["api_token"]
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=installation.base_url, headers=headers, timeout=60) as client:
            return [client.post("/api/v1/tickets", json={"subject": ""}) for _ in range(number)]

    answers = writes("official", 61)
    assert {answer.status_code for answer in answers[:60]} == {422}
    assert is_problem(answers[60], 429)
    assert 0 < int(answers[60].headers["retry-after"]) <= 60
    assert {answer.status_code for answer in writes("agent", 70)} == {422}


def test_administrations_are_all_there_with_their_numbers_and_successors(program):
    anybody = program()
    rows, page = [], anybody.read("/organisations", limit=200)
    while True:
        rows += page["items"]
        if page["next"] is None:
            break
        page = anybody.client.get(page["next"]).json()
    assert len({row["uri"] for row in rows}) == len(rows) == 1208
    keys = {
        "uri", "name", "classification", "kbo_number", "ovo_code", "nis_code", "valid_from", "valid_until",
        "successors",
    }  # fmt: skip
    assert all(set(row) == keys for row in rows)
    dissolved = [row for row in rows if row["valid_until"]]
    assert len(dissolved) == 38
    known = {row["uri"] for row in rows}
    assert all(row["successors"] and set(row["successors"]) <= known for row in dissolved)
    assert all(row["kbo_number"] is None and row["ovo_code"] is None for row in dissolved)


def test_an_administration_is_found_however_it_is_called(program):
    anybody = program()
    (aalter,) = [
        row for row in anybody.read("/organisations", q="Aalter")["items"]
        if (row["name"], row["classification"], row["valid_until"]) == ("Aalter", "Gemeente", None)
    ]  # fmt: skip
    kbo = aalter["kbo_number"]
    dotted = f"{kbo[:4]}.{kbo[4:7]}.{kbo[7:]}"
    for typed in ("aalter", "aalt", kbo, dotted, aalter["ovo_code"], aalter["nis_code"], aalter["uri"]):
        assert aalter in anybody.read("/organisations", q=typed)["items"], typed


def test_a_nis_code_finds_the_municipality_and_its_ocmw(program):
    (aalter,) = [
        row for row in program().read("/organisations", q="Aalter")["items"]
        if (row["name"], row["classification"], row["valid_until"]) == ("Aalter", "Gemeente", None)
    ]  # fmt: skip
    found = program().read("/organisations", nis=aalter["nis_code"])["items"]
    assert {row["classification"] for row in found} == {"Gemeente", "OCMW"}
    by_ovo = program().read("/organisations", q=aalter["ovo_code"])["items"]
    assert [row["uri"] for row in by_ovo] == [aalter["uri"]]


def test_the_applications_say_who_helps(program):
    items = program().read("/applications", limit=200)["items"]
    assert len(items) == 46
    assert all(set(row) == {"slug", "name", "owner", "url", "login", "right", "contact"} for row in items)
    assert all(row["slug"] and row["name"] and row["owner"] for row in items)


def _schemas(part):
    if isinstance(part, dict):
        yield part
        for inner in part.values():
            yield from _schemas(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _schemas(inner)
