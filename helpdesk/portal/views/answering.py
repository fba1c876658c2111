"""Answers to who looks for one, and to who is about to ask."""

import logging
import secrets
from typing import Any

from django.core import signing
from django.db import DatabaseError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.http import ActorRequest
from helpdesk.insights.services import record_deflection, record_opening, record_search
from helpdesk.kernel.text import clean_line
from helpdesk.portal.answers import LONGEST, PAGE, VISITOR_COOKIE, answers_to, suggested_for, visitor_of
from helpdesk.portal.limits import may_note_search, may_suggest
from helpdesk.search.pages import LAST_PAGE, page_number
from helpdesk.search.queries import Hit
from knowledgebase.selectors import readable_articles

logger = logging.getLogger(__name__)
OPENED = "portal.opened"
VISITOR_LIVES_S = 72 * 3600


@require_safe
def search(request: ActorRequest) -> HttpResponse:
    """Show what is found; without words what one can look for."""
    text = clean_line(request.GET.get("q", "")[:LONGEST])
    if not text:
        return render(request, "portal/search.html", {"typed": "", "answers": None})
    number = page_number(request.GET.get("pagina", ""))
    answers = answers_to(request.actor, text, number)
    record_id = _noted(request, text, answers.number) if number == 1 else 0
    context = {
        "typed": text,
        "answers": answers,
        "articles": [_linked(hit, record_id) for hit in answers.articles.hits],
        "suggestion_url": _address(answers.articles.suggestion, 1) if answers.articles.suggestion else "",
        "previous": _address(text, number - 1) if number > 1 else "",
        "next": _address(text, number + 1) if number * PAGE < answers.articles.total and number < LAST_PAGE else "",
    }
    return render(request, "portal/search.html", context)


@require_safe
def opened(request: ActorRequest, ticket: str) -> HttpResponse:
    """Go on to what was found, and note that it was opened; the address was made by `search`."""
    try:
        # However old: somebody may have sent it on.
        record_id, url = signing.loads(ticket, salt=OPENED)
    except (signing.BadSignature, ValueError) as error:
        raise Http404 from error
    try:
        record_opening(actor=request.actor, record_id=record_id)
    except DatabaseError as error:
        logger.warning("That an answer was opened could not be noted: %s", error)
    return redirect(url)


@require_POST
def suggestions(request: ActorRequest) -> HttpResponse:
    """Answer what is being typed with articles; sending the question never waits for this."""
    typed = f"{request.POST.get('subject', '')} {request.POST.get('body', '')}"
    hits = suggested_for(request.actor, clean_line(typed[:LONGEST])) if may_suggest(request.client_address) else ()
    return render(request, "portal/_suggestions.html", {"hits": hits})


@require_POST
def answered(request: ActorRequest, article_id: int) -> HttpResponse:
    """Note that an article answered the question that was being typed."""
    article = get_object_or_404(readable_articles(request.actor), pk=article_id)
    visitor = visitor_of(request) or secrets.token_urlsafe(16)
    record_deflection(actor=request.actor, article=article, visitor=visitor)
    response = redirect("portal:glad")
    response.set_cookie(
        VISITOR_COOKIE, visitor, max_age=VISITOR_LIVES_S, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response


@require_safe
def glad(request: ActorRequest) -> HttpResponse:
    return render(request, "portal/glad.html")


def _noted(request: ActorRequest, text: str, results: int) -> int:
    """Note what was looked for, as long as nobody makes a sport of it; return 0 when it was not noted."""
    if not may_note_search(request.client_address):
        return 0
    try:
        return record_search(actor=request.actor, text=text, results=results).pk
    except DatabaseError as error:
        # Nothing can be written, as on a full disk: that keeps an answer from nobody.
        logger.warning("A search could not be noted: %s", error)
        return 0


def _linked(hit: Hit, record_id: int) -> dict[str, Any]:
    """Return a hit with an address that says it was opened."""
    url = hit.url
    if record_id:
        url = reverse("portal:opened", args=[signing.dumps([record_id, hit.url], salt=OPENED)])
    return {"title": hit.title, "url": url, "snippet_html": hit.snippet_html}


def _address(text: str, number: int) -> str:
    parts = {"q": text} | ({"pagina": str(number)} if number > 1 else {})
    return f"{reverse('portal:search')}?{urlencode(parts)}"
