"""A question through its `/t/` link, and how to get a new link."""

import time
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, TypeAlias
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.actors import System
from helpdesk.accounts.http import ActorRequest
from helpdesk.portal.forms import LinkForm
from helpdesk.portal.limits import LINK_REQUESTS, text_about_waiting, wait_for_post_s
from helpdesk.portal.views.conversation import Door, converse, move
from helpdesk.tickets.downloads import attachment_response
from helpdesk.tickets.models import Status
from helpdesk.tickets.selectors import guest_with_token
from helpdesk.tickets.services import confirm_ticket, renew_link

Params = ParamSpec("Params")
TicketView: TypeAlias = Callable[..., HttpResponse]
# Longer than making a link takes, so that the time of the answer says nothing either.
ANSWER_TAKES_S = 0.25


def through_link(view: Callable[Concatenate[ActorRequest, Door, Params], HttpResponse]) -> TicketView:
    """Give the view the question the token opens, or help to get a new link."""

    @wraps(view)
    def opened(request: ActorRequest, /, token: str, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponse:
        found = guest_with_token(token)
        if found is None:
            return render(request, "portal/link_unknown.html", {"form": LinkForm()}, status=HTTPStatus.NOT_FOUND)
        ticket, guest = found
        url = reverse("portal:link", args=[token])
        return view(request, Door(guest, ticket, url, f"{url}bijlage/"), *args, **kwargs)

    return opened


@require_http_methods(["GET", "HEAD", "POST"])
@through_link
def ticket(request: ActorRequest, door: Door) -> HttpResponse:
    return converse(request, door)


@require_POST
@through_link
def confirm(request: ActorRequest, door: Door) -> HttpResponse:
    confirm_ticket(actor=door.actor, ticket=door.ticket)
    messages.success(request, _("Thank you. Now we know that this is your question."))
    return HttpResponseRedirect(door.url, status=HTTPStatus.SEE_OTHER)


@require_POST
@through_link
def close(request: ActorRequest, door: Door) -> HttpResponse:
    return move(request, door, Status.CLOSED)


@require_POST
@through_link
def reopen(request: ActorRequest, door: Door) -> HttpResponse:
    return move(request, door, Status.OPEN)


@require_safe
def attachment(request: HttpRequest, token: str, attachment_id: UUID) -> Any:
    found = guest_with_token(token)
    if found is None:
        raise Http404
    return attachment_response(found[1], attachment_id)


@require_http_methods(["GET", "HEAD", "POST"])
def request_link(request: ActorRequest) -> HttpResponse:
    """Ask for a new link. The answer is the same whether we know the question or not."""
    if request.method != "POST":
        return _request_page(request, LinkForm())
    wait_s = wait_for_post_s(request) or LINK_REQUESTS.wait_s(request.client_address)
    if wait_s:
        response = _request_page(
            request,
            LinkForm(initial={name: request.POST.get(name, "") for name in LinkForm.base_fields}),
            status=HTTPStatus.TOO_MANY_REQUESTS,
            waiting=text_about_waiting(wait_s),
        )
        response["Retry-After"] = str(wait_s)
        return response
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _request_page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    _renew(form)
    return HttpResponseRedirect(reverse("portal:link_requested"), status=HTTPStatus.SEE_OTHER)


@require_safe
def link_requested(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/link_requested.html")


def _renew(form: LinkForm) -> None:
    started = time.monotonic()
    renew_link(actor=System(), reference=form.cleaned_data["reference"], email=form.cleaned_data["email"])
    time.sleep(max(0.0, ANSWER_TAKES_S - (time.monotonic() - started)))


def _request_page(request: HttpRequest, form: LinkForm, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, "portal/link_request.html", {"form": form, **context}, status=status)
