"""The actor of a web request."""

from collections.abc import Callable
from copy import copy
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve
from django.utils.functional import SimpleLazyObject

from helpdesk.accounts.actors import PersonActor, Visitor
from helpdesk.accounts.selectors import actor_signed_in
from helpdesk.kernel.http import own_origin

Params = ParamSpec("Params")
# An address to go back to; what is longer holds something else than somebody's way.
LONGEST_NEXT = 2000
_ALLOWED = "allowed"


class ActorRequest(HttpRequest):
    """A request that went through `ActorMiddleware`."""

    actor: PersonActor | Visitor
    client_address: str


class MemberRequest(ActorRequest):
    """A request of somebody who signed in."""

    actor: PersonActor


class ActorMiddleware:
    """Sets `request.actor`, looked up when first asked for."""

    def __init__(self, next_step: Callable[[HttpRequest], HttpResponse]) -> None:
        self.next_step = next_step

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cast("ActorRequest", request).actor = cast("PersonActor", SimpleLazyObject(lambda: _actor(request)))
        return self.next_step(request)


def _actor(request: HttpRequest) -> PersonActor | Visitor:
    return actor_signed_in(request.session) or Visitor()


def signed_in(
    view: Callable[Concatenate[MemberRequest, Params], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Params], HttpResponse]:
    """Send a visitor to the sign-in page and back."""

    @wraps(view)
    def checked(request: HttpRequest, /, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponse:
        actor = cast("ActorRequest", request).actor
        if not isinstance(actor, PersonActor):
            return _to_sign_in(request)
        # The copy of a lazy object is what it stands for: from here on nothing goes by way of it.
        cast("MemberRequest", request).actor = copy(actor)
        return view(cast("MemberRequest", request), *args, **kwargs)

    return checked


def _to_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    """Send to the sign-in page, and back as far as an address may lead: without what was asked of a page, or not."""
    address = _can_be_opened(request)
    ways_back = (address, address.partition("?")[0])
    way_back = next((way for way in ways_back if len(way) <= LONGEST_NEXT), None)
    return redirect_to_login(way_back) if way_back else HttpResponseRedirect(resolve_url(settings.LOGIN_URL))


def _can_be_opened(request: HttpRequest) -> str:
    """Return the address that was asked for; of what a form sent, that of the page of ours it stands on."""
    asked = request.get_full_path()
    if request.method in {"GET", "HEAD"}:
        return asked
    own = own_origin(request)
    came_from = request.headers.get("Referer", "")
    page = came_from.removeprefix(own).partition("#")[0]
    return page if came_from.startswith(f"{own}/") and not page.startswith("//") else asked


def only(
    allowed: Callable[[PersonActor], bool],
) -> Callable[
    [Callable[Concatenate[MemberRequest, Params], HttpResponse]],
    Callable[Concatenate[HttpRequest, Params], HttpResponse],
]:
    """Let in who is signed in and allowed; for others the page does not exist."""

    def decorate(
        view: Callable[Concatenate[MemberRequest, Params], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, Params], HttpResponse]:
        @wraps(view)
        def checked(request: MemberRequest, /, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponse:
            if not allowed(request.actor):
                raise Http404
            return view(request, *args, **kwargs)

        door = signed_in(checked)
        # Decorators above this one take it along: what stands here says for whom a page is.
        vars(door)[_ALLOWED] = allowed
        return door

    return decorate


def is_page_for(actor: PersonActor, path: str) -> bool:
    """Say whether such a page is for somebody like this; whether what it would show exists is not looked at."""
    try:
        view = resolve(urlsplit(path).path).func
    except Resolver404:
        return True
    allowed = getattr(view, _ALLOWED, None)
    return allowed is None or bool(allowed(actor))
