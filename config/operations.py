"""Pages for the machines that run us: alive, ready, measured."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from config import engines
from helpdesk.kernel.backlog import backlog
from helpdesk.mailbox.fetching import last_round

NEEDED = ("database", "bus", "files")
STUCK_S = 300
LOOPBACK = ("127.0.0.1", "::1")


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer under a bare WSGI server too; behind the gate this needs no thread."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    checks = {
        "database": _check(connection.vendor, engines.database),
        "bus": _check("memory" if settings.EMBEDDED else "redis", engines.shared_cache),
        # A full disk takes no question.
        "files": _check("folder", engines.files),
        "outbox": _outbox(),
        # Not needed: without it the database stands in.
        "search": _check(settings.SEARCH_BACKEND, engines.search),
    }
    if settings.IMAP is not None:
        checks["mailbox"] = _mailbox()
    ready = all(checks[name]["ok"] for name in NEEDED)
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Show the numbers on this machine only: not through a proxy, and not to another address."""
    if request.META["REMOTE_ADDR"] not in LOOPBACK or getattr(request, "is_forwarded", False):
        raise Http404
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _check(engine: str, probe: Callable[[], object]) -> dict[str, Any]:
    try:
        probe()
    except engines.silences() as error:
        return {"ok": False, "engine": engine, "error": type(error).__name__}
    return {"ok": True, "engine": engine}


def _outbox() -> dict[str, Any]:
    """Report the backlog; pages work on while it is long, so it does not make us unready."""
    try:
        waiting = backlog()
    except DatabaseError as error:
        return {"ok": False, "pending": None, "oldest_s": None, "error": type(error).__name__}
    return {"ok": waiting.oldest_s < STUCK_S, "pending": waiting.pending, "oldest_s": waiting.oldest_s}


def _mailbox() -> dict[str, Any]:
    """Report how fetching goes, without asking the mail server; a question can still be asked on the site."""
    try:
        last = last_round()
    except engines.silences() as error:
        return {"ok": False, "engine": "imap", "error": type(error).__name__}
    if last is None:
        return {"ok": False, "engine": "imap", "last_s": None, "left": None, "error": "not fetched yet"}
    age = max(0, int(time.time() - last.at))
    is_well = not last.error and not last.left and age < STUCK_S
    return {"ok": is_well, "engine": "imap", "last_s": age, "left": last.left, "error": last.error}


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
