"""What is wrong, as RFC 9457 tells it: every refusal of the API has this one shape."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CONTENT_TYPE = "application/problem+json"
Text = str | Promise

_TITLES: dict[int, Text] = {
    HTTPStatus.BAD_REQUEST: _("We could not read this request"),
    HTTPStatus.UNAUTHORIZED: _("We do not know who you are"),
    HTTPStatus.FORBIDDEN: _("You may not do this"),
    HTTPStatus.NOT_FOUND: _("This does not exist"),
    HTTPStatus.METHOD_NOT_ALLOWED: _("This cannot be done here"),
    HTTPStatus.PRECONDITION_FAILED: _("It has been changed in the meantime"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: _("We cannot read this format"),
    HTTPStatus.UNPROCESSABLE_ENTITY: _("Something in the request is not right"),
    HTTPStatus.TOO_MANY_REQUESTS: _("Too many requests"),
}


@dataclass(frozen=True)
class FieldError:
    """`pointer` is a JSON pointer into the body, or "/" and the name of a parameter."""

    pointer: str
    detail: Text


class ProblemError(Exception):
    """A request that is refused; raised anywhere below an endpoint."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: Text,
        *,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = headers or {}


def unprocessable(*errors: FieldError) -> ProblemError:
    """Return the refusal of values that cannot be used."""
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY, _("Correct the fields that “errors” names and send it again."), errors=errors
    )


def wrong(pointer: str, detail: Text) -> ProblemError:
    return unprocessable(FieldError(pointer, detail))


def forbidden(detail: Text) -> ProblemError:
    return ProblemError(HTTPStatus.FORBIDDEN, detail)


def not_found() -> ProblemError:
    """Return the one answer for what is not there and for what the caller may not see."""
    return ProblemError(HTTPStatus.NOT_FOUND, _("There is nothing here that you can see."))


def problem_response(problem: ProblemError) -> HttpResponse:
    content = {
        "type": "about:blank",
        "title": str(_TITLES[problem.status]),
        "status": int(problem.status),
        "detail": str(problem.detail),
        "errors": [{"pointer": error.pointer, "detail": str(error.detail)} for error in problem.errors],
    }
    body = json.dumps(content, ensure_ascii=False).encode()
    return HttpResponse(body, content_type=CONTENT_TYPE, status=problem.status, headers=dict(problem.headers))
