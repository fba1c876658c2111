"""The API of CONTRACT section 4: its routes, and how every refusal becomes a problem."""

from http import HTTPStatus
from typing import Any, NoReturn

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from helpdesk.kernel.cursors import BadCursorError
from helpdesk.kernel.policy import RefusedError
from helpdesk.tickets.models import Ticket
from integrations.api.bearer import unauthorized
from integrations.api.endpoints import articles, attachments, messages, reference_data, search, tickets
from integrations.api.openapi import CompleteSchema
from integrations.api.parsing import StrictParser
from integrations.api.problems import FieldError, ProblemError, forbidden, not_found, problem_response
from integrations.api.validation import problem_of
from knowledgebase.models import Article

DESCRIPTION = """\
Questions of local officials to the contact point and the articles that answer them, for integrations and for
officials' own programs.

- Send `Authorization: Bearer <token>`; cookies are ignored. Administrations, applications and public articles need no
  token; neither does searching them.
- What does not exist and what you may not see give the same 404.
- A field that is not listed here is refused with 422; a parameter that is not listed is ignored, and one that is
  repeated where it means one thing is refused. Answers may get more fields.
- Every POST takes an `Idempotency-Key`: within 24 hours the same key and body give the first answer again.
- An official's token writes 60 times a minute at most.
- Times are RFC 3339 in UTC, ids are strings, lists give a `next` link.
"""


class Api(NinjaAPI):
    """Ninja with a complete description of itself."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> CompleteSchema:
        return CompleteSchema(self, path_prefix or "/api/v1/")

    def get_openapi_operation_id(self, operation: Any) -> str:
        return str(operation.view_func.__name__)


api = Api(
    title="Aanspreekpunt",
    version="1",
    description=DESCRIPTION,
    servers=[{"url": "/"}],
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    parser=StrictParser(),
)
api.add_router("/tickets", tickets.router)
api.add_router("/tickets", messages.router)
api.add_router("/tickets", attachments.router)
api.add_router("/articles", articles.router)
api.add_router("/search", search.router)
api.add_router("", reference_data.router)


@api.exception_handler(ProblemError)
def _problem(_request: HttpRequest, problem: ProblemError) -> HttpResponse:
    return problem_response(problem)


@api.exception_handler(ValidationError)
def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problem_response(problem_of(error.errors))


@api.exception_handler(RefusedError)
def _refused(_request: HttpRequest, refusal: RefusedError) -> HttpResponse:
    return problem_response(forbidden(str(refusal)))


@api.exception_handler(Ticket.DoesNotExist)
@api.exception_handler(Article.DoesNotExist)
@api.exception_handler(Http404)
def _missing(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem_response(not_found())


@api.exception_handler(BadCursorError)
def _bad_cursor(_request: HttpRequest, _error: BadCursorError) -> HttpResponse:
    detail = _("Take the cursor from the “next” link of the page before.")
    errors = [FieldError("/cursor", _("This is no cursor of this list."))]
    return problem_response(ProblemError(HTTPStatus.BAD_REQUEST, detail, errors=errors))


@api.exception_handler(HttpError)
def _of_ninja(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja's own refusals: no token, or a body it could not read, for which the parser said why."""
    if isinstance(error.__cause__, ProblemError):
        return problem_response(error.__cause__)
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        return problem_response(unauthorized())
    raise error


@api.exception_handler(Exception)
def _broken(_request: HttpRequest, error: Exception) -> NoReturn:
    """Leave what is broken to the site, which tells a full disk from a mistake."""
    raise error
