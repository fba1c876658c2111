"""Writing when the session is over: the text that comes goes back to its writer, not lost at the sign-in page."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.accounts.actors import PersonActor
from helpdesk.accounts.http import ActorRequest
from knowledgebase.access import wants_fragment, wants_json
from knowledgebase.forms import KEPT, KEY, PAGE, RevisionForm, TextForm

Params = ParamSpec("Params")
# What the form of an article has besides its text, and that of a new one.
BESIDES = (PAGE, KEPT, KEY, "application", "category")


def text_kept(
    view: Callable[Concatenate[HttpRequest, Params], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Params], HttpResponse]:
    """Answer a visitor who sends a text with that text, and with a way to sign in beside it."""

    @wraps(view)
    def kept(request: HttpRequest, /, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponse:
        is_signed_in = isinstance(cast("ActorRequest", request).actor, PersonActor)
        if is_signed_in or request.method != "POST":
            return view(request, *args, **kwargs)
        if wants_fragment(request):
            return render(request, "knowledgebase/_signed_out.html", status=HTTPStatus.UNAUTHORIZED)
        if wants_json(request):
            refusal = _("You are not signed in any more. Sign in in a new tab, then try again.")
            return JsonResponse({"markdown": "", "error": refusal}, status=HTTPStatus.UNAUTHORIZED)
        if not any(request.POST.get(name) for name in TextForm.base_fields):
            return view(request, *args, **kwargs)
        return _given_back(request, cast("dict[str, int]", kwargs).get("pk"))

    return kept


def _given_back(request: HttpRequest, pk: int | None) -> HttpResponse:
    # A picture came with the text of its page, which is where the text is saved.
    is_picture = request.resolver_match is not None and request.resolver_match.url_name == "upload"
    context = {
        "form": RevisionForm(initial=request.POST.dict()),
        "besides": {name: request.POST[name] for name in BESIDES if name in request.POST},
        "action": reverse("knowledgebase:edit", args=[pk]) if is_picture else request.path,
    }
    return render(request, "knowledgebase/signed_out.html", context, status=HTTPStatus.UNAUTHORIZED)
