"""What people see when something is refused. Programs get `application/problem+json` (`helpdesk.kernel.http`)."""

import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.http import ActorRequest
from helpdesk.kernel.http import (
    BAD_REQUEST,
    BODY_TOO_LARGE,
    BROKEN,
    UNAVAILABLE,
    Refusal,
    is_temporary,
    own_origin,
    refuse,
    wants_json,
)
from helpdesk.portal.uploads import FIELD
from helpdesk.portal.views import opening

logger = logging.getLogger(__name__)

NOT_FOUND = Refusal(
    "not_found", HTTPStatus.NOT_FOUND, _("Page not found"), _("The page does not exist, or it is not meant for you.")
)
FORBIDDEN = Refusal("forbidden", HTTPStatus.FORBIDDEN, _("You may not do this"), _("You have no access to this."))
WRONG_METHOD = Refusal(
    "wrong_method",
    HTTPStatus.METHOD_NOT_ALLOWED,
    _("This page cannot be opened like this"),
    _("Go back and try again."),
)
NO_TOKEN = Refusal("csrf", HTTPStatus.FORBIDDEN, _("Send it once more"), _("The form had no valid token."))
CSRF_FIELD = "csrfmiddlewaretoken"
SECRET = frozenset({CSRF_FIELD, "password"})
LONG = 80
LABELS: dict[str, Promise] = {
    "body": _("Your message"),
    "subject": _("Subject"),
    "name": _("Your name"),
    "email": _("Your e-mail address"),
    "reference": _("Your question number"),
    "username": _("User name"),
    "reason": _("Text"),
    "sources": _("Sources"),
    "terms": _("Words"),
    "meanings": _("Only one way: these words are meant too"),
}


@dataclass(frozen=True)
class TypedField:
    """One value somebody typed, to be shown again."""

    name: str
    label: str | Promise
    value: str
    is_hidden: bool
    is_long: bool


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, NOT_FOUND, "errors/404.html", {"way_in": _way_in(request)})


def _way_in(request: HttpRequest) -> str:
    """Return where to sign in and come back to an answer that may be for officials; nothing where that cannot help.

    Whether there is such an answer is not said.
    """
    is_known = settings.SESSION_COOKIE_NAME in request.COOKIES
    if is_known or not request.path.startswith(reverse("knowledgebase:home")):
        return ""
    return f"{reverse('portal:sign_in')}?{urlencode({'next': request.path})}"


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, FORBIDDEN, "errors/403.html")


def wrong_method(request: HttpRequest) -> HttpResponse:
    """Tell who opens what only takes a form, as somebody does who loads its answer again."""
    return _answer_whatever_happens(request, WRONG_METHOD)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django itself could not or would not read."""
    too_large = isinstance(exception, RequestDataTooBig)
    return _answer_whatever_happens(request, BODY_TOO_LARGE if too_large else BAD_REQUEST)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say sorry, and give back what was typed; a database or a disk out of reach is a temporary refusal."""
    refusal = UNAVAILABLE if is_temporary(sys.exc_info()[1]) else BROKEN
    return _answer_whatever_happens(request, refusal, _again_if_ours(request))


def csrf_failure(request: ActorRequest, reason: str = "") -> HttpResponse:
    """Show everything typed again under a fresh token: the cookie may have gone while somebody was writing."""
    logger.info("a form came without a valid token: %s", reason)
    if wants_json(request.path, request.headers.get("Accept", "")):
        return refuse(request, NO_TOKEN)
    match = request.resolver_match
    if match is not None and match.view_name == "portal:open":
        return opening.typed_again(request)
    if comes_from_elsewhere(request):
        # Nobody typed this on a page of ours: a button to send it once more would do another site's bidding.
        return _answer(request, FORBIDDEN, "errors/403.html")
    return render(request, "errors/csrf.html", typed_again(request), status=HTTPStatus.FORBIDDEN)


def comes_from_elsewhere(request: HttpRequest) -> bool:
    """Say whether a page of another site sent this, as far as a browser tells."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    return request.headers.get("Origin") not in {None, own_origin(request)}


def _answer_whatever_happens(
    request: HttpRequest, refusal: Refusal, again: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Show the page of our look when even a broken request can have it, else the one that needs nothing."""
    try:
        response = _answer(request, refusal, f"errors/{int(refusal.status)}.html", again)
    except (TemplateDoesNotExist, TemplateSyntaxError, ValueError, OSError):
        logger.exception("the page that tells of a fault is broken itself")
        return refuse(request, refusal)
    if refusal.retry_after_s is not None:
        response["Retry-After"] = str(refusal.retry_after_s)
    return response


def _answer(
    request: HttpRequest, refusal: Refusal, template: str, context: Mapping[str, Any] | None = None
) -> HttpResponse:
    if wants_json(request.path, request.headers.get("Accept", "")):
        return refuse(request, refusal)
    return render(request, template, context, status=refusal.status)


def _again_if_ours(request: HttpRequest) -> dict[str, Any]:
    """Return the same for what was typed on a page of ours; nothing when it cannot be read, or nobody checked yet."""
    if comes_from_elsewhere(request):
        return {}
    try:
        return typed_again(request)
    except (OSError, SuspiciousOperation, MultiPartParserError):
        return {}


def typed_again(request: HttpRequest) -> dict[str, Any]:
    """Return what lets somebody send once more what they typed."""
    files = FIELD if request.content_type == "multipart/form-data" else ""
    return {"fields": _typed(request), "files": files, "action": request.get_full_path()}


def _typed(request: HttpRequest) -> list[TypedField]:
    return [
        _typed_field(name, value) for name, values in request.POST.lists() if name not in SECRET for value in values
    ]


def _typed_field(name: str, value: str) -> TypedField:
    is_long = name == "body" or "\n" in value or len(value) > LONG
    label = LABELS.get(name, _("Text"))
    return TypedField(name, label, value, is_hidden=name not in LABELS and not is_long, is_long=is_long)
