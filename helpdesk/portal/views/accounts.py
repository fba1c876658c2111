"""Signing in with a user name and password, and signing out."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate, logout
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts.actors import PersonActor
from helpdesk.accounts.http import ActorRequest, is_page_for
from helpdesk.accounts.selectors import actor_of
from helpdesk.accounts.services import end_access
from helpdesk.portal.demo import personas
from helpdesk.portal.forms import SignInForm
from helpdesk.portal.limits import text_about_signing_in, text_about_waiting, wait_for_post_s, wait_for_sign_in_s
from helpdesk.portal.sessions import begin_session, home_of, local_path


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: ActorRequest) -> HttpResponse:
    """Let somebody in; whether a user name exists cannot be learned here."""
    if request.method == "POST":
        return _check(request)
    if isinstance(request.actor, PersonActor):
        return HttpResponseRedirect(_onward(request, request.actor, request.GET.get("next", "")))
    return _page(request, SignInForm())


@require_POST
def sign_out(request: ActorRequest) -> HttpResponse:
    """End the session, then tell the open pages of this user."""
    actor = request.actor
    if isinstance(actor, PersonActor):
        user_id, code = actor.user_id, actor
        logout(request)
        end_access(actor=code, user_id=user_id)
        messages.success(request, _("You have signed out."))
    response = HttpResponseRedirect("/", status=HTTPStatus.SEE_OTHER)
    response["Clear-Site-Data"] = '"cache"'
    return response


def _check(request: ActorRequest) -> HttpResponse:
    if wait_s := wait_for_post_s(request):
        return _refused_for_now(request, wait_s, text_about_waiting(wait_s))
    if wait_s := wait_for_sign_in_s(request, request.POST.get("username", "")):
        return _refused_for_now(request, wait_s, text_about_signing_in(wait_s))
    form = SignInForm(request.POST)
    user = authenticate(request, **form.cleaned_data) if form.is_valid() else None
    if user is None:
        if form.is_valid():
            form.add_error(None, _("User name or password is not right. Check both and try again."))
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    begin_session(request, user)
    target = _onward(request, actor_of(user.pk), request.POST.get("next", ""))
    return HttpResponseRedirect(target, status=HTTPStatus.SEE_OTHER)


def _onward(request: ActorRequest, actor: PersonActor | None, wished: str) -> str:
    """Return where somebody was going; who may not be there comes home and is told so."""
    path = local_path(wished)
    if not path or actor is None:
        return home_of(actor)
    if is_page_for(actor, path):
        return path
    messages.info(request, _("The page you wanted to open is not for your account. This is your own start page."))
    return home_of(actor)


def _refused_for_now(request: ActorRequest, wait_s: int, text: str) -> HttpResponse:
    form = SignInForm(initial={"username": request.POST.get("username", "")})
    response = _page(request, form, status=HTTPStatus.TOO_MANY_REQUESTS, waiting=text)
    response["Retry-After"] = str(wait_s)
    return response


def _page(request: ActorRequest, form: SignInForm, *, status: int = 200, **context: Any) -> HttpResponse:
    next_path = local_path(request.POST.get("next", request.GET.get("next", "")))
    context |= {"form": form, "next": next_path, "personas": personas()}
    return render(request, "portal/sign_in.html", context, status=status)
