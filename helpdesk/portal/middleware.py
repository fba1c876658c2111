"""Answers that would tell nothing, or lose what was typed, become pages that do not."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeAlias, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url

from helpdesk.accounts.actors import PersonActor
from helpdesk.accounts.http import ActorRequest
from helpdesk.kernel.http import wants_json
from helpdesk.portal.views.errors import comes_from_elsewhere, typed_again, wrong_method

Handler: TypeAlias = Callable[[HttpRequest], HttpResponse]


class NoEmptyPages:
    """Says what is the matter where a page is opened in a way it does not know."""

    def __init__(self, next_step: Handler) -> None:
        self.next_step = next_step

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.next_step(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        # In the same answer, for that was told of in the log already.
        page = wrong_method(request)
        response.content, response["Content-Type"] = page.content, page["Content-Type"]
        return response


class TypedTextStays:
    """Answers a form that would end at the sign-in page with what was typed in it.

    Pages that send parts of themselves, and programs, get the redirect.
    """

    def __init__(self, next_step: Handler) -> None:
        self.next_step = next_step

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.next_step(request)
        if not (_is_sent_to_sign_in(request, response) and _comes_from_a_page_of_ours(request)):
            return response
        again = typed_again(request)
        if not any(field.value for field in again["fields"] if not field.is_hidden):
            return response
        return render(request, "errors/signed_out.html", again, status=HTTPStatus.UNAUTHORIZED)


def _is_sent_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    sign_in = resolve_url(settings.LOGIN_URL)
    return (
        request.method == "POST"
        and request.path != sign_in
        and isinstance(response, HttpResponseRedirect)
        and response.url.partition("?")[0] == sign_in
        and not isinstance(cast("ActorRequest", request).actor, PersonActor)
    )


def _comes_from_a_page_of_ours(request: HttpRequest) -> bool:
    """Say whether a browser sent it from a page of ours that it then leaves."""
    is_whole = "HX-Request" not in request.headers and not wants_json(request.path, request.headers.get("Accept", ""))
    return is_whole and "Origin" in request.headers and not comes_from_elsewhere(request)
