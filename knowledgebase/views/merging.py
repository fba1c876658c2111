"""Which page somebody types on, and what it shows when another text came to stand there meanwhile: both."""

import re
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from helpdesk.accounts.http import MemberRequest
from knowledgebase.content import Place, Text, Typing
from knowledgebase.differences import side_by_side
from knowledgebase.forms import KEPT, PAGE, RevisionForm, TextForm
from knowledgebase.models import KEY_LENGTH, Article, ArticleDraft, ArticleRevision
from knowledgebase.office import text_in_between
from knowledgebase.views.article_page import article_page

COMPARE = "naast"
_NAME = re.compile(rf"(?:[0-9a-f]{{{KEY_LENGTH}}})?")


def name_in(said: QueryDict, field: str) -> str | None:
    """Return the name of a text or a page; None where nothing that could be one is said."""
    name = said.get(field)
    return name if name is not None and _NAME.fullmatch(name) else None


def opened_at(place: Place, draft: ArticleDraft | None) -> Typing:
    """Return a page that is just opened, with what was kept."""
    return Typing(place=place, page=uuid4().hex, kept=draft.version if draft else "")


def typing_in(said: QueryDict, place: Place) -> Typing:
    """Return the page that was sent."""
    return Typing(place=place, page=name_in(said, PAGE) or "", kept=name_in(said, KEPT) or "")


def other_text(request: MemberRequest, place: Place) -> ArticleRevision | ArticleDraft | None:
    """Return what stands there and the page that was sent did not show."""
    return text_in_between(request.actor, typing_in(request.POST, place), TextForm(request.POST).typed())


def beside(other: ArticleRevision | ArticleDraft, typed: Text) -> dict[str, Any]:
    """Return both texts as a page lays them out; of a revision, its number and its author are told."""
    return {
        "other": other,
        "is_saved": isinstance(other, ArticleRevision),
        "title": side_by_side(other.title, typed.title),
        "summary": side_by_side(other.summary, typed.summary),
        "body": side_by_side(other.body_markdown, typed.body_markdown),
    }


def merging(request: MemberRequest, article: Article, other: ArticleRevision | ArticleDraft) -> HttpResponse:
    """Show what came in between beside what was typed; saving again puts the one on top of the other."""
    said = request.POST.dict()
    typing = typing_in(request.POST, Place(article))
    if isinstance(other, ArticleRevision):
        said["based_on"] = str(other.number)
    else:
        typing = Typing(place=typing.place, page=typing.page, kept=other.version)
    conflict = beside(other, TextForm(request.POST).typed())
    form = RevisionForm(initial={"significance": RevisionForm.base_fields["significance"].initial, **said})
    return article_page(request, article, form, status=HTTPStatus.CONFLICT, typing=typing, conflict=conflict)


def told_of(request: MemberRequest) -> HttpResponse:
    """Say, in the line for what is kept, that another text stands there."""
    return render(request, "knowledgebase/_not_kept.html", {"compare": COMPARE}, status=HTTPStatus.CONFLICT)
