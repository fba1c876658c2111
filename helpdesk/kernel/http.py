"""Answers when something is refused or broken: they need no database, no session and no template.

A page for people, RFC 9457 `application/problem+json` for programs. `server_error` and `bad_request` are the
handlers `config/urls.py` names, because only there an exception of a middleware passes too.
"""

import errno
import json
import sqlite3
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

RETRY_AFTER_S = 10
API = "/api/"
CONTENT_SECURITY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
# What answers that do not pass the middleware say to a browser.
PROTECTION = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
PAGE = """<!doctype html>
<html lang="nl-BE">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark"><title>{title} · Aanspreekpunt</title>
<link rel="stylesheet" href="/static/css/tokens.css"><link rel="stylesheet" href="/static/css/base.css"></head>
<body><main><h1>{title}</h1><p>{text}</p><p><a href="/">{home}</a></p></main></body>
</html>
"""


@dataclass(frozen=True)
class Refusal:
    """Why a request is not served; `code` is for metrics and logs."""

    code: str
    status: HTTPStatus
    title: str | Promise
    text: str | Promise
    retry_after_s: int | None = None


BODY_TOO_LARGE = Refusal(
    "body_too_large",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    _("This is too large to send"),
    _("Together the files may be at most 100 MB. Send fewer or smaller files."),
)
BODY_TOO_SLOW = Refusal(
    "body_too_slow",
    HTTPStatus.REQUEST_TIMEOUT,
    _("The connection was too slow"),
    _("What you sent did not arrive completely. Go back and send it again."),
)
BAD_REQUEST = Refusal(
    "bad_request",
    HTTPStatus.BAD_REQUEST,
    _("We could not read this request"),
    _("Go back and try again."),
)
BUSY = Refusal(
    "busy",
    HTTPStatus.SERVICE_UNAVAILABLE,
    _("It is too busy right now"),
    _("Wait a moment and try again. Nothing of what you sent has been stored."),
    RETRY_AFTER_S,
)
UNAVAILABLE = Refusal(
    "unavailable",
    HTTPStatus.SERVICE_UNAVAILABLE,
    _("The contact point cannot be reached right now"),
    _("Wait a moment and try again. What you sent last may not have been stored."),
    RETRY_AFTER_S,
)
BROKEN = Refusal(
    "broken",
    HTTPStatus.INTERNAL_SERVER_ERROR,
    _("Something went wrong on our side"),
    _("Try again. If it keeps going wrong, call or mail us."),
)


def wants_json(path: str, accept: str) -> bool:
    return path.startswith(API) or ("json" in accept and "html" not in accept)


def own_origin(request: HttpRequest) -> str:
    """Return how addresses of this site begin, as browsers say where they come from."""
    return f"{request.scheme}://{request.get_host()}"


def body_of(refusal: Refusal, *, as_json: bool) -> tuple[str, bytes]:
    """Return the content type and the content that tell a reader of the refusal."""
    if as_json:
        return "application/problem+json", _problem(refusal)
    page = PAGE.format(
        title=escape(str(refusal.title)), text=escape(str(refusal.text)), home=escape(gettext("To the start page"))
    )
    return "text/html; charset=utf-8", page.encode()


def headers_of(refusal: Refusal) -> Mapping[str, str]:
    headers = dict(PROTECTION)
    if refusal.retry_after_s is not None:
        headers["Retry-After"] = str(refusal.retry_after_s)
    return headers


def refuse(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    as_json = wants_json(request.path, request.headers.get("Accept", ""))
    content_type, body = body_of(refusal, as_json=as_json)
    return HttpResponse(body, content_type=content_type, status=refusal.status, headers=dict(headers_of(refusal)))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handle 400: Django's own refusals of what it could not or would not read."""
    return refuse(request, BODY_TOO_LARGE if isinstance(exception, RequestDataTooBig) else BAD_REQUEST)


def server_error(request: HttpRequest) -> HttpResponse:
    """Handle 500; a database or a disk that is out of reach is a temporary refusal."""
    return refuse(request, UNAVAILABLE if is_temporary(sys.exc_info()[1]) else BROKEN)


def is_temporary(error: BaseException | None) -> bool:
    """Say whether trying again later may help: the database is away, locked or full, or the disk is."""
    if isinstance(error, OperationalError):
        # For SQLite "no such table" is an operational error too; no waiting mends that.
        return getattr(error.__cause__, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR
    if isinstance(error, InterfaceError):
        return True
    return isinstance(error, OSError) and error.errno in DISK_FULL


def _problem(refusal: Refusal) -> bytes:
    problem = {
        "type": "about:blank",
        "title": str(refusal.title),
        "status": int(refusal.status),
        "detail": str(refusal.text),
        "errors": [],
    }
    return json.dumps(problem, ensure_ascii=False).encode()
