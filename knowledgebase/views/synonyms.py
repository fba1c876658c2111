"""Which words mean the same: the list, and one set with what it does to a search."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.http import MemberRequest
from helpdesk.kernel.tokens import hash_token
from helpdesk.search.effects import effect_of
from helpdesk.search.models import SynonymSet
from helpdesk.search.selectors import synonym_sets
from knowledgebase.access import editors_only
from knowledgebase.services import keep_synonyms, remove_synonyms
from knowledgebase.synonym_forms import SynonymsForm, typed

KIND = "article"
LONGEST_NUMBER = 18


@require_http_methods(["GET", "HEAD", "POST"])
@editors_only
def synonyms(request: MemberRequest) -> HttpResponse:
    """Show the sets, and the one that is chosen or begun; keep, try or remove it."""
    number = request.POST.get("set") or request.GET.get("set") or ""
    chosen = _chosen(number)
    if request.method != "POST":
        if number and chosen is None:
            raise Http404
        return _page(request, chosen, SynonymsForm(initial=typed(chosen) if chosen else None))
    if request.POST.get("deed") == "remove" and number:
        if chosen is not None:
            remove_synonyms(actor=request.actor, synonyms=chosen)
        return _done(request, _("The words are removed."))
    return _sent(request, chosen, is_gone=bool(number) and chosen is None)


def _sent(request: MemberRequest, chosen: SynonymSet | None, *, is_gone: bool) -> HttpResponse:
    form = SynonymsForm(request.POST)
    if is_gone:
        form.add_error(None, _("Somebody removed these words meanwhile. Save them to add them again."))
        return _page(request, None, form, status=HTTPStatus.CONFLICT)
    if not form.is_valid():
        return _page(request, chosen, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    said = form.cleaned_data
    if request.POST.get("deed") == "try":
        return _page(request, chosen, form, **_tried(request, chosen, said))
    if chosen is not None and request.POST.get("shown") != _shown(chosen):
        form.add_error(None, _("Somebody changed these words meanwhile. They are below; put together what is right."))
        return _page(request, chosen, form, status=HTTPStatus.CONFLICT)
    keep_synonyms(actor=request.actor, synonyms=chosen, terms=said["terms"], meanings=said["meanings"])
    return _done(request, _("Saved. Searches know it within a few seconds."))


def _chosen(number: str) -> SynonymSet | None:
    """Return the set with this number; None when there is none, or none any more."""
    is_number = number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER
    return SynonymSet.objects.filter(pk=number).first() if is_number else None


def _tried(request: MemberRequest, chosen: SynonymSet | None, said: dict[str, Any]) -> dict[str, Any]:
    text = said["trial"] or said["terms"][0]
    changed = SynonymSet(pk=chosen.pk if chosen else None, terms=said["terms"], meanings=said["meanings"])
    return {"tried": text, "effect": effect_of(request.actor, text, changed=changed, kind=KIND)}


def _page(
    request: MemberRequest,
    chosen: SynonymSet | None,
    form: SynonymsForm,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    **more: Any,
) -> HttpResponse:
    context = {"sets": synonym_sets(), "chosen": chosen, "shown": _shown(chosen), "form": form, **more}
    return render(request, "knowledgebase/synonyms.html", context, status=status)


def _shown(chosen: SynonymSet | None) -> str:
    """Return what a page shows of a set, to notice that it became another meanwhile."""
    return hash_token("\n".join([*chosen.terms, "", *chosen.meanings])) if chosen else ""


def _done(request: MemberRequest, message: str) -> HttpResponse:
    messages.success(request, message)
    return HttpResponseRedirect(reverse("knowledgebase:synonyms"), status=HTTPStatus.SEE_OTHER)
