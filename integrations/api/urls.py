"""Everything under `/api/`: what is not a route of the API is a problem too, never a page."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, include, path, re_path
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from integrations.api.api import api
from integrations.api.openapi import document
from integrations.api.problems import ProblemError, not_found, problem_response

View = Callable[..., HttpResponseBase]


def guarded(view: View) -> View:
    """Give every answer the headers and every refusal the shape of the API."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = _as_get(request, view, *args, **kwargs)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            response = _not_allowed(response["Allow"])
        response.headers.setdefault("Cache-Control", "private, no-store")
        patch_vary_headers(response, ["Authorization"])
        return response

    return answer


def _as_get(request: HttpRequest, view: View, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """Answer HEAD as GET; the server leaves the content out."""
    method = request.method
    if method == "HEAD":
        request.method = "GET"
    try:
        return view(request, *args, **kwargs)
    finally:
        request.method = method


def _not_allowed(methods: str) -> HttpResponse:
    allowed = {method.strip() for method in methods.split(",")}
    if "GET" in allowed:
        allowed.add("HEAD")
    names = ", ".join(sorted(allowed))
    problem = ProblemError(
        HTTPStatus.METHOD_NOT_ALLOWED, _("Use one of these methods: %(methods)s.") % {"methods": names}
    )
    response = problem_response(problem)
    response["Allow"] = names
    return response


def describe(request: HttpRequest) -> HttpResponse:
    if request.method not in {"GET", "HEAD"}:
        return _not_allowed("GET")
    return HttpResponse(document(api), content_type="application/json", headers={"Cache-Control": "no-cache"})


def refuse(_request: HttpRequest) -> HttpResponse:
    return problem_response(not_found())


def _routes() -> list[URLPattern]:
    """Return ninja's routes, each guarded; not its start page."""
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern) and pattern.name != "api-root"]
    return [URLPattern(one.pattern, guarded(one.callback), one.default_args, one.name) for one in patterns]


routes = ([*_routes(), path("openapi.json", guarded(describe), name="openapi"), re_path("", guarded(refuse))], "api")
urlpatterns = [path("v1/", include(routes)), re_path("", guarded(refuse))]
