"""Requests made up from the description: each answer is one that it describes, and none is a failure of ours."""

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import checks
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks as openapi_checks

from tests import factories

OPERATIONS = [
    ("/api/v1/tickets", "post"),
    ("/api/v1/tickets", "get"),
    ("/api/v1/tickets/{reference}", "get"),
    ("/api/v1/tickets/{reference}", "patch"),
    ("/api/v1/tickets/{reference}/messages", "get"),
    ("/api/v1/tickets/{reference}/messages", "post"),
    ("/api/v1/tickets/{reference}/attachments", "post"),
    ("/api/v1/tickets/{reference}/history", "get"),
    ("/api/v1/articles", "get"),
    ("/api/v1/articles", "post"),
    ("/api/v1/articles/{slug}", "get"),
    ("/api/v1/articles/{slug}", "put"),
    ("/api/v1/articles/{slug}/feedback", "post"),
    ("/api/v1/search", "get"),
    ("/api/v1/organisations", "get"),
    ("/api/v1/applications", "get"),
]
REQUESTS = [(*operation, mode) for operation in OPERATIONS for mode in GenerationMode]
# Nothing can be wrong about it but its name.
REQUESTS.remove(("/api/v1/articles/{slug}", "get", GenerationMode.NEGATIVE))
CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.response_headers_conformance,
]


@pytest.mark.parametrize(("path", "method", "mode"), REQUESTS)
@pytest.mark.django_db(transaction=True)
def test_every_answer_is_described(town, press, ticket, path, method, mode):
    article, caller = factories.article(), press.editor if "articles" in path else town.agent
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())

    @seed(1)
    @settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    def send(case):
        if "reference" in case.path_parameters:
            case.path_parameters["reference"] = ticket.reference
        if "slug" in case.path_parameters:
            case.path_parameters["slug"] = article.slug
        case.call_and_validate(headers={"Authorization": f"Bearer {caller.token}"}, checks=CHECKS)

    send()
