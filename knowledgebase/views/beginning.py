"""Beginning: a new article, or a translation of one, each kept while it is typed until it is saved as a draft."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts.http import MemberRequest
from helpdesk.kernel.policy import RefusedError
from knowledgebase import policies, services
from knowledgebase.access import SHOWN, on_article, writers_only
from knowledgebase.content import Card, Place, Typing, text_of
from knowledgebase.forms import KEY, NewTextForm, TextForm, TranslationForm
from knowledgebase.models import TITLE_LENGTH, Article, ArticleDraft, ArticleRevision
from knowledgebase.office import begun_at, new_texts, own_draft
from knowledgebase.views.article_page import current_text, see
from knowledgebase.views.editing import DISCARD, PREVIEW, discarded, kept_at, preview_of, text_fields
from knowledgebase.views.merging import COMPARE, beside, merging, name_in, opened_at, other_text, typing_in
from knowledgebase.views.signed_out import text_kept
from knowledgebase.workflow import text_to_translate

# What the address of a new article says of it; a name nobody can choose selects nothing.
ASKED = {"title": "titel", "application": "toepassing", "category": "categorie"}


@require_http_methods(["GET", "HEAD", "POST"])
@text_kept
@writers_only
def begin(request: MemberRequest) -> HttpResponse:
    """Begin an article in Dutch."""
    if request.method == "POST":
        return _sent(request, Place(key=name_in(request.POST, KEY) or ""))
    key = name_in(request.GET, KEY)
    if there := begun_at(request.actor, Place(key=key or "")):
        return see(there)
    pending = list(new_texts(request.actor).select_related("application", "category"))
    asked = {field: request.GET.get(name, "") for field, name in ASKED.items()}
    draft = _asked_for(pending, key, asked["title"][:TITLE_LENGTH])
    typing = opened_at(Place(key=draft.key if draft else key or uuid4().hex), draft)
    form = NewTextForm(initial=_typed_before(draft) if draft else {**asked, "title": asked["title"][:TITLE_LENGTH]})
    return _page(request, typing, form, draft=draft)


@require_http_methods(["GET", "HEAD", "POST"])
@text_kept
@on_article
def translate(request: MemberRequest, article: Article, language: str) -> HttpResponse:
    """Begin a translation, on top of the Dutch text."""
    require_translating(request, article, language)
    place = Place(article, language)
    if request.method == "POST":
        return _sent(request, place)
    if there := begun_at(request.actor, place):
        return see(there)
    draft, dutch = own_draft(request.actor, place), text_to_translate(article) or current_text(article)
    base = draft.based_on if draft and draft.based_on else dutch
    form = TranslationForm(initial={**text_fields(draft or text_of(dutch)), "based_on": base.number})
    return _page(request, opened_at(place, draft), form, draft=draft)


@require_POST
@text_kept
@writers_only
def keep_new(request: MemberRequest) -> HttpResponse:
    form = NewTextForm(request.POST)
    about = {name: form.chosen(name) for name in ("application", "category")}
    return kept_at(request, Place(key=name_in(request.POST, KEY) or ""), **about)


@require_POST
@text_kept
@on_article
def keep_translation(request: MemberRequest, article: Article, language: str) -> HttpResponse:
    require_translating(request, article, language)
    return kept_at(request, Place(article, language))


def require_translating(request: MemberRequest, article: Article, language: str) -> None:
    languages = set(Article.Language.values) - {article.language}
    if language not in languages or article.original_id or not policies.may_edit_all(request.actor):
        raise Http404


def _asked_for(pending: list[ArticleDraft], key: str | None, title: str) -> ArticleDraft | None:
    """Return the text that is meant: the one with this key, else the one with this title, else the last one."""
    if key is not None:
        return next((draft for draft in pending if draft.key == key), None)
    return next((draft for draft in pending if title in {"", draft.title}), None)


def _typed_before(draft: ArticleDraft) -> dict[str, str]:
    return {
        **text_fields(draft),
        "application": draft.application.slug if draft.application else "",
        "category": draft.category.code if draft.category else "",
    }


def _page(
    request: MemberRequest, typing: Typing, form: TextForm, *, status: int = HTTPStatus.OK, **context: Any
) -> HttpResponse:
    place = typing.place
    language = place.language or Article.Language.NL
    context |= {
        "original": place.article,
        "code": language,
        "language": Article.Language(language).label,
        "form": form.written_in(language),
        "typing": typing,
    }
    if place.article is None:
        others = new_texts(request.actor).exclude(key=place.key).defer("body_markdown")
        context |= {"others": others, "another": uuid4().hex}
    return render(request, "knowledgebase/new.html", context, status=status)


def _sent(request: MemberRequest, place: Place) -> HttpResponse:
    """Throw away, lay out, lay beside another or save what was typed."""
    typing = typing_in(request.POST, place)
    if DISCARD in request.POST:
        discarded(request, place)
        return see(place.article)
    if COMPARE in request.POST and (other := other_text(request, place)):
        return _beside(request, typing, other)
    form = _form_of(place)(request.POST)
    if PREVIEW in request.POST or COMPARE in request.POST:
        return _page(request, typing, form, preview=preview_of(form.typed()))
    if form.is_valid():
        try:
            return see(_written(request, typing, form))
        except services.TextConflictError as conflict:
            return _beside(request, typing, conflict.current)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
    return _page(request, typing, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _form_of(place: Place) -> type[TextForm]:
    return TranslationForm if place.article else NewTextForm


def _beside(request: MemberRequest, typing: Typing, other: ArticleRevision | ArticleDraft) -> HttpResponse:
    """Show both texts: on the page of the article, where there is one by now, else here."""
    if isinstance(other, ArticleRevision):
        return merging(request, Article.objects.select_related(*SHOWN).get(pk=other.article_id), other)
    form = _form_of(typing.place)(initial=request.POST.dict())
    conflict = beside(other, form.typed())
    shown = replace(typing, kept=other.version)
    return _page(request, shown, form, status=HTTPStatus.CONFLICT, conflict=conflict)


def _written(request: MemberRequest, typing: Typing, form: TextForm) -> Article:
    """Begin the article, or the translation, and say what comes next."""
    place = typing.place
    made = services.write_draft(
        actor=request.actor,
        text=form.text(),
        card=form.card() if isinstance(form, NewTextForm) else Card(),
        language=place.language or Article.Language.NL,
        original=place.article,
        follows=form.cleaned_data.get("based_on"),
        typing=typing,
    )
    if place.article is None:
        messages.success(request, _("The draft is there. Say also for whom it is and what it is about."))
    else:
        messages.success(request, _("The translation is there. It is for the same readers as the Dutch text."))
    return made
