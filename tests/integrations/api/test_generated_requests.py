"""Requests made up from the description: each answer is one that it describes, and none is a failure of ours."""

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import checks
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks as openapi_checks

OPERATIONS = [
    ("/api/v1/tickets", "post"),
    ("/api/v1/tickets", "get"),
    ("/api/v1/tickets/{reference}", "get"),
    ("/api/v1/tickets/{reference}", "patch"),
    ("/api/v1/tickets/{reference}/messages", "get"),
    ("/api/v1/tickets/{reference}/messages", "post"),
    ("/api/v1/tickets/{reference}/attachments", "post"),
    ("/api/v1/tickets/{reference}/history", "get"),
    ("/api/v1/organisations", "get"),
    ("/api/v1/applications", "get"),
]
CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.response_headers_conformance,
]


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
@pytest.mark.django_db(transaction=True)
def test_every_answer_is_described(town, ticket, path, method, mode):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())

    @seed(1)
    @settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    def send(case):
        if "reference" in case.path_parameters:
            case.path_parameters["reference"] = ticket.reference
        case.call_and_validate(headers={"Authorization": f"Bearer {town.agent.token}"}, checks=CHECKS)

    send()
