"""The description of the API, complete: every refusal, header and scope beside what ninja finds by itself."""

import json
from functools import cache
from http import HTTPStatus
from typing import Any, cast

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from integrations.api.bearer import Bearer, OptionalBearer
from integrations.api.problems import CONTENT_TYPE
from integrations.api.shapes import Problem

_TEXT = {"type": "string"}
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_REFUSALS: dict[int, str] = {
    400: "The request, its body or its cursor cannot be read",
    401: "No living token",
    403: "The token lacks the scope, or the caller may not do this",
    404: "Not there, or not for this caller",
    412: "It is no longer the version that If-Match, or `revision`, names",
    413: "The body is too large",
    415: "Not the format that is read here",
    422: "Some values cannot be used; `errors` says which",
    429: "More writes than the caller may in this time",
    500: "Something broke on our side",
    503: "Temporarily unavailable: try again after the seconds in Retry-After",
}
_WITH_TOKEN, _OF_ONE, _WITH_BODY = (401, 403), (404,), (413, 415, 429)


@cache
def document(api: NinjaAPI) -> bytes:
    return (json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=2) + "\n").encode()


class CompleteSchema(OpenAPISchema):
    """OpenAPI 3.1 of the API."""

    def __init__(self, api: NinjaAPI, path_prefix: str) -> None:
        super().__init__(api, path_prefix)
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        self["components"]["schemas"] |= problem.pop("$defs") | {"Problem": problem}
        self["components"]["schemas"] = _referred_to(self["components"]["schemas"], self["paths"])
        self["components"]["securitySchemes"] = {
            "Bearer": {"type": "http", "scheme": "bearer", "description": "A personal token, or an integration's"}
        }
        self["tags"] = [
            {"name": tag} for tag in ("Tickets", "Messages", "Attachments", "Articles", "Search", "Reference data")
        ]

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        details = super().operation_details(operation)
        details["parameters"] = [_without_null(one) for one in details["parameters"]] + _header_parameters(operation)
        if not _scopes(operation):
            details["security"] = [{}]
        elif _is_open(operation):
            details["security"] = [{}, *details["security"]]
        return details

    def operation_security(self, operation: Operation) -> Any:
        return [{"Bearer": scopes}] if (scopes := _scopes(operation)) else None

    def responses(self, operation: Operation) -> Any:
        answers = cast("dict[Any, Any]", super().responses(operation))
        described: dict[str, Any] = {}
        for status, answer in answers.items():
            described[str(status)] = answer | {"headers": _headers_of(operation, status)}
        if operation.view_func.__name__ == "download_attachment":
            described["200"] |= {
                "description": "The bytes of the file",
                "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
            }
        if _is_one_object(operation) and "GET" in operation.methods:
            described["304"] = {"description": "The caller has this version", "headers": {"ETag": _header("Version")}}
        if _is_one_article(operation) and "GET" in operation.methods:
            moved = {"Location": _header("Its address")}
            described["301"] = {"description": "It has another name now", "headers": moved}
        return described | {str(status): _refusal(status) for status in _refusals_of(operation)}


def _referred_to(schemas: dict[str, Any], paths: dict[str, Any]) -> dict[str, Any]:
    """Return the shapes that some path or other shape names; ninja also lists what parameters were read from."""
    everywhere = json.dumps([schemas, paths])
    return {name: shape for name, shape in sorted(schemas.items()) if f'/schemas/{name}"' in everywhere}


def _without_null(parameter: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter that may be left out; null cannot be sent in an address."""
    schema = dict(parameter["schema"])
    choices = [choice for choice in schema.pop("anyOf", []) if choice != {"type": "null"}]
    return parameter | {"schema": schema | (choices[0] if choices else {})}


def _scopes(operation: Operation) -> list[str]:
    needed = [callback.scope for callback in operation.auth_callbacks if isinstance(callback, Bearer)]
    useful = [callback.scopes for callback in operation.auth_callbacks if isinstance(callback, OptionalBearer)]
    return [*needed, *(scope for scopes in useful for scope in scopes)]


def _is_open(operation: Operation) -> bool:
    """Say whether a token may be left out."""
    return any(isinstance(callback, OptionalBearer) for callback in operation.auth_callbacks)


def _is_one_article(operation: Operation) -> bool:
    return operation.path.endswith("{slug:slug}")


def _is_one_object(operation: Operation) -> bool:
    return operation.path.endswith("{reference}") or _is_one_article(operation)


def _changes_a_version(operation: Operation) -> bool:
    return not {"PATCH", "PUT"}.isdisjoint(operation.methods)


def _refusals_of(operation: Operation) -> list[int]:
    statuses = {400, 500, 503}
    if operation.models and any(model.__ninja_param_source__ != "path" for model in operation.models):
        statuses.add(422)
    if _scopes(operation):
        statuses |= {*_WITH_TOKEN}
    if _is_open(operation) and "GET" in operation.methods:
        statuses.discard(403)
    if "{" in operation.path:
        statuses |= {*_OF_ONE}
    if "GET" not in operation.methods:
        statuses |= {*_WITH_BODY}
    if _changes_a_version(operation):
        statuses.add(412)
    return sorted(statuses)


def _refusal(status: int) -> dict[str, Any]:
    headers = {
        HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": _header("How to authenticate")},
        HTTPStatus.FORBIDDEN: {"WWW-Authenticate": _header("The scope that is missing, if it is one")},
        HTTPStatus.PRECONDITION_FAILED: {"ETag": _header("The version as it is now")},
        HTTPStatus.TOO_MANY_REQUESTS: {"Retry-After": _header("Seconds to wait")},
        HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": _header("Seconds to wait")},
    }
    answer: dict[str, Any] = {"description": _REFUSALS[status], "content": {CONTENT_TYPE: {"schema": _PROBLEM}}}
    if found := headers.get(HTTPStatus(status)):
        answer["headers"] = found
    return answer


def _headers_of(operation: Operation, status: int) -> dict[str, Any]:
    if status == HTTPStatus.CREATED:
        headers = {"ETag": _header("Version"), "Idempotent-Replayed": _header("“true” on a repeated answer")}
        if not operation.path.endswith(("/messages", "/feedback")):
            headers["Location"] = _header("Where the new thing is")
        return headers
    if _is_one_object(operation):
        return {"ETag": _header("Version, for If-Match and If-None-Match")}
    if "attachment" in operation.path:
        return {"Content-Disposition": _header("Always “attachment”, with the name of the file")}
    if operation.view_func.__name__ == "search":
        return {}
    return {"Link": _header('The next page, rel="next"')}


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": _TEXT}


def _header_parameters(operation: Operation) -> list[dict[str, Any]]:
    if "POST" in operation.methods:
        key = _parameter("Idempotency-Key", "Makes repeating harmless: one effect a key in 24 hours")
        key["schema"] = {"type": "string", "pattern": "^[!-~]{1,200}$"}
        return [key]
    if _changes_a_version(operation):
        return [_parameter("If-Match", "Change only this version")]
    if _is_one_object(operation):
        return [_parameter("If-None-Match", "Answer 304 when it is still this version")]
    return []


def _parameter(name: str, description: str) -> dict[str, Any]:
    return {"in": "header", "name": name, "description": description, "required": False, "schema": _TEXT}
