"""The description of the API: complete, public, and the one that is committed."""

from pathlib import Path

import pytest
from django.urls import get_resolver
from jsonschema_rs import validator_for

from helpdesk.tickets.models import Status
from helpdesk.tickets.workflow import status_category
from integrations.api.knowledge_shapes import ArticleState
from integrations.api.shapes import StatusCategory
from knowledgebase.models import Article
from tests import factories

COMMITTED = Path(__file__).parents[3] / "docs" / "api" / "openapi.json"
METHODS = {"get", "post", "patch", "put", "delete"}


@pytest.fixture
def document(town):
    answer = town.anonymous.get("/openapi.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    return answer.json()


def operations(document):
    return {(method, path): one for path, item in document["paths"].items() for method, one in item.items()}


def test_the_committed_description_is_the_one_that_is_served(town):
    """When it differs on purpose: manage.py export_openapi > docs/api/openapi.json."""
    assert town.anonymous.get("/openapi.json").content == COMMITTED.read_bytes()


def test_it_describes_what_there_is_and_nothing_else(document):
    assert document["openapi"] == "3.1.0"
    assert set(operations(document)) == {
        ("post", "/api/v1/tickets"),
        ("get", "/api/v1/tickets"),
        ("get", "/api/v1/tickets/{reference}"),
        ("patch", "/api/v1/tickets/{reference}"),
        ("get", "/api/v1/tickets/{reference}/messages"),
        ("post", "/api/v1/tickets/{reference}/messages"),
        ("post", "/api/v1/tickets/{reference}/attachments"),
        ("get", "/api/v1/tickets/{reference}/attachments/{attachment_id}"),
        ("get", "/api/v1/tickets/{reference}/history"),
        ("get", "/api/v1/articles"),
        ("post", "/api/v1/articles"),
        ("get", "/api/v1/articles/{slug}"),
        ("put", "/api/v1/articles/{slug}"),
        ("post", "/api/v1/articles/{slug}/feedback"),
        ("get", "/api/v1/search"),
        ("get", "/api/v1/organisations"),
        ("get", "/api/v1/applications"),
    }


def test_every_route_of_the_api_is_described(document):
    [api] = [one for one in get_resolver().url_patterns if str(one.pattern) == "api/"]
    [version] = [one for one in api.url_patterns if str(one.pattern) == "v1/"]
    routes = {
        str(one.pattern).replace("<", "{").replace(">", "}").replace("uuidstr:", "").replace("slug:", "")
        for one in version.url_patterns
    }

    described = {path.removeprefix("/api/v1/") for path in document["paths"]}
    assert routes == described | {"openapi.json", ""}


def test_every_operation_tells_its_refusals_its_scope_and_itself(document):
    for (method, path), one in operations(document).items():
        refusals = {status: answer for status, answer in one["responses"].items() if status >= "400"}
        assert {"400", "500", "503"} <= set(refusals)
        for answer in refusals.values():
            content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
            assert answer["content"] == content
        assert one["summary"]
        assert one["tags"]
        if "tickets" in path:
            scope = "tickets:read" if method == "get" else "tickets:write"
            assert one["security"] == [{"Bearer": [scope]}]
            assert {"401", "403"} <= set(refusals)
        elif "articles" in path:
            is_open = method == "get" or path.endswith("/feedback")
            scope = {"Bearer": ["articles:read" if is_open else "articles:write"]}
            assert one["security"] == ([{}, scope] if is_open else [scope])
            assert "401" in refusals
        elif path.endswith("/search"):
            assert one["security"] == [{}, {"Bearer": ["articles:read", "tickets:read"]}]
        else:
            assert one["security"] == [{}]
        assert ("429" in refusals) is (method != "get")
        assert ("404" in refusals) is ("{" in path)
        assert ("412" in refusals) is (method in {"patch", "put"})
        assert ("Idempotency-Key" in {parameter["name"] for parameter in one["parameters"]}) is (method == "post")


def test_operations_have_names_of_their_own(document):
    names = [one["operationId"] for one in operations(document).values()]

    assert len(set(names)) == len(names)


def test_every_shape_is_used_and_every_reference_leads_somewhere(document):
    text = COMMITTED.read_text(encoding="utf-8")
    for name in document["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text
    assert text.count("#/components/schemas/") > 0
    assert document["components"]["securitySchemes"]["Bearer"]["scheme"] == "bearer"


def test_examples_are_valid(document):
    shapes = document["components"]["schemas"]
    with_examples = {name: shape for name, shape in shapes.items() if "examples" in shape}

    expected = {"Ticket", "Message", "Problem", "NewTicket", "TicketChanges", "NewMessage"}
    expected |= {"Article", "NewArticle", "ArticleText", "Feedback", "NewFeedback"}
    assert expected | {"Found"} <= set(with_examples)
    for name, shape in with_examples.items():
        check = validator_for({"$ref": f"#/components/schemas/{name}", "components": {"schemas": shapes}})
        for example in shape["examples"]:
            check.validate(example)


def test_what_is_answered_is_what_is_described(document, town, press, ticket, path):
    about = factories.article(applications=[factories.application()], categories=[factories.category()])
    town.agent.patch(path, json={"assignee": "me", "application": factories.application().slug})
    town.agent.post(f"{path}/messages", json={"body": "Antwoord", "kind": "public_reply"})
    shapes = {"components": {"schemas": document["components"]["schemas"]}}
    answers = {
        "/api/v1/tickets": town.agent.get("/tickets"),
        "/api/v1/tickets/{reference}": town.agent.get(path),
        "/api/v1/tickets/{reference}/messages": town.agent.get(f"{path}/messages"),
        "/api/v1/tickets/{reference}/history": town.agent.get(f"{path}/history"),
        "/api/v1/articles": press.editor.get("/articles"),
        "/api/v1/articles/{slug}": press.anonymous.get(f"/articles/{about.slug}"),
        "/api/v1/search": town.agent.get("/search?q=aanmelden"),
        "/api/v1/organisations": town.anonymous.get("/organisations"),
        "/api/v1/applications": town.anonymous.get("/applications"),
    }

    for route, answer in answers.items():
        described = document["paths"][route]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        validator_for(described | shapes).validate(answer.json())
    validator_for({"$ref": "#/components/schemas/Problem", **shapes}).validate(town.agent.get("/niets").json())


def test_the_states_of_articles_are_those_of_the_knowledge_base():
    assert {state.value for state in ArticleState} == set(Article.State.values)


def test_the_categories_of_statuses_are_those_of_the_workflow():
    assert {category.value for category in StatusCategory} == set(map(status_category, Status.values))
