"""Writing: a new article, a new text of one, what it will look like, and what is kept meanwhile."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts.http import MemberRequest
from helpdesk.kernel.moments import moment
from helpdesk.kernel.policy import RefusedError
from knowledgebase import policies, services
from knowledgebase.access import on_article, wants_fragment, writers_only
from knowledgebase.content import BODY_LENGTH, Card, Text, checked, text_of
from knowledgebase.differences import side_by_side
from knowledgebase.forms import NewTextForm, RevisionForm, TextForm, TranslationForm
from knowledgebase.models import TITLE_LENGTH, Article, ArticleDraft, ArticleRevision
from knowledgebase.office import just_begun, own_draft
from knowledgebase.parsing import problems
from knowledgebase.rendering import render_once
from knowledgebase.views.article_page import article_page, current_text, number_in, see
from knowledgebase.views.signed_out import text_kept
from knowledgebase.workflow import text_to_translate

UNPROCESSABLE, CONFLICT = HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT
PREVIEW, DISCARD, ASIDE, HAND_IN = "voorbeeld", "weg", "apart", "indienen"
# What the address of a new article says of it; a name nobody can choose selects nothing.
ASKED = {"title": "titel", "application": "toepassing", "category": "categorie"}


@dataclass(frozen=True)
class Place:
    """What somebody types at: an article, a translation of it that is begun, or a new article."""

    article: Article | None = None
    language: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@text_kept
@writers_only
def begin(request: MemberRequest) -> HttpResponse:
    """Begin an article in Dutch."""
    return _begin(request, None, Article.Language.NL)


@require_http_methods(["GET", "HEAD", "POST"])
@text_kept
@on_article
def translate(request: MemberRequest, article: Article, language: str) -> HttpResponse:
    """Begin a translation, on top of the Dutch text."""
    require_translating(request, article, language)
    there = article.translations.filter(language=language).first()
    return see(there) if there else _begin(request, article, language)


@require_http_methods(["GET", "HEAD", "POST"])
@text_kept
@on_article
def edit(request: MemberRequest, article: Article) -> HttpResponse:
    """Show the article with its newest text, or what this editor typed since; save a new one, and hand that in."""
    if request.method != "POST":
        return _opened(request, article)
    if DISCARD in request.POST:
        services.discard_draft(actor=request.actor, article=article)
        return see(article)
    form = RevisionForm(request.POST)
    if PREVIEW in request.POST:
        return _previewed(request, article, form)
    if not form.is_valid():
        return article_page(request, article, form, status=UNPROCESSABLE)
    return _saved(request, article, form)


@require_POST
@text_kept
@writers_only
def preview(request: MemberRequest) -> HttpResponse:
    """Show what a text will look like, as readers would see it."""
    return render(request, "knowledgebase/_preview.html", preview_of(TextForm(request.POST).typed()))


@require_POST
@text_kept
@writers_only
def keep_new(request: MemberRequest) -> HttpResponse:
    return _kept(request, Place())


@require_POST
@text_kept
@on_article
def keep(request: MemberRequest, article: Article) -> HttpResponse:
    return _kept(request, Place(article))


@require_POST
@text_kept
@on_article
def keep_translation(request: MemberRequest, article: Article, language: str) -> HttpResponse:
    require_translating(request, article, language)
    return _kept(request, Place(article, language))


def require_translating(request: MemberRequest, article: Article, language: str) -> None:
    if language not in Article.Language.values or article.original_id or not policies.may_edit_all(request.actor):
        raise Http404


def preview_of(text: Text) -> dict[str, Any]:
    """Return what a page shows of a text that is not saved yet; one too long to be saved is not laid out either."""
    if len(text.body_markdown) > BODY_LENGTH:
        return {
            "typed": text,
            "html": "",
            "problems": [_("At most %(longest)d characters.") % {"longest": BODY_LENGTH}],
        }
    return {"typed": text, "html": render_once(text.body_markdown), "problems": problems(text.body_markdown)}


def _begin(request: MemberRequest, original: Article | None, language: str) -> HttpResponse:
    place = Place(original, language if original else "")
    context: dict[str, Any] = {"original": original, "code": language, "language": Article.Language(language).label}
    if request.method != "POST":
        started = _started(request, place)
        started["form"].written_in(language)
        return render(request, "knowledgebase/new.html", context | started)
    if DISCARD in request.POST:
        services.discard_draft(actor=request.actor, article=place.article, language=place.language)
        return see(original)
    form = (TranslationForm(request.POST) if original else NewTextForm(request.POST)).written_in(language)
    context |= {"form": form, "aside": own_draft(request.actor, None) if ASIDE in request.POST else None}
    if PREVIEW in request.POST:
        return render(request, "knowledgebase/new.html", context | {"preview": preview_of(form.typed())})
    if form.is_valid():
        try:
            made = _written(request, form, original, language)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            if ASIDE not in request.POST:
                services.discard_draft(actor=request.actor, article=place.article, language=place.language)
            return see(made)
    return render(request, "knowledgebase/new.html", context, status=UNPROCESSABLE)


def _written(request: MemberRequest, form: TextForm, original: Article | None, language: str) -> Article:
    """Begin the article, or the translation, and say what comes next."""
    if there := just_begun(request.actor, checked(form.text()), language):
        return there
    follows = form.cleaned_data.get("based_on")
    made = services.write_draft(
        actor=request.actor,
        text=form.text(),
        card=form.card() if isinstance(form, NewTextForm) else Card(),
        language=language,
        original=original,
        follows=follows,
    )
    if original is None:
        messages.success(request, _("The draft is there. Say below for whom it is and what it is about."))
    else:
        messages.success(request, _("The translation is there. It is for the same readers as the Dutch text."))
    return made


def _started(request: MemberRequest, place: Place) -> dict[str, Any]:
    """Return the form as it begins: what was typed before, unless another title was asked for; that stays aside then.

    Only one new text is kept while it is typed, so one begun beside it is not.
    """
    draft = own_draft(request.actor, place.article, place.language)
    if place.article is not None:
        return _translation_started(place.article, draft)
    asked = {field: request.GET.get(name, "") for field, name in ASKED.items()}
    title = asked["title"][:TITLE_LENGTH]
    if draft is None or title not in {"", draft.title}:
        return {"form": NewTextForm(initial={**asked, "title": title}), "aside": draft}
    return {"form": NewTextForm(initial={**asked, **_initial(draft)}), "draft": draft}


def _translation_started(original: Article, draft: ArticleDraft | None) -> dict[str, Any]:
    dutch = text_to_translate(original) or current_text(original)
    base = draft.based_on if draft and draft.based_on else dutch
    form = TranslationForm(initial={**_initial(draft or text_of(dutch)), "based_on": base.number})
    return {"form": form, "draft": draft}


def _opened(request: MemberRequest, article: Article) -> HttpResponse:
    draft, current = own_draft(request.actor, article), current_text(article)
    base = draft.based_on if draft and draft.based_on else current
    dutch = text_to_translate(article.original) if article.original else None
    numbers = {"based_on": base.number, "follows": dutch.number if dutch else None}
    form = RevisionForm(initial={**_initial(draft or text_of(current)), **numbers})
    return article_page(request, article, form, draft=draft)


def _initial(text: Text | ArticleDraft) -> dict[str, str]:
    return {name: getattr(text, name) for name in ("title", "summary", "body_markdown")}


def _previewed(request: MemberRequest, article: Article, form: RevisionForm) -> HttpResponse:
    return article_page(request, article, RevisionForm(initial=request.POST.dict()), preview=preview_of(form.typed()))


def _saved(request: MemberRequest, article: Article, form: RevisionForm) -> HttpResponse:
    said = form.cleaned_data
    try:
        revision = services.save_revision(
            actor=request.actor,
            article=article,
            text=form.text(),
            based_on=said["based_on"],
            significance=said["significance"],
            comment=said["comment"],
            follows=said["follows"],
        )
    except services.RevisionConflictError as conflict:
        return _merging(request, article, form, conflict.current)
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return article_page(request, article, form, status=UNPROCESSABLE)
    if HAND_IN in request.POST:
        _hand_in(request, article, revision)
    else:
        messages.success(request, _("Saved as version %(number)d.") % {"number": revision.number})
    return see(article)


def _hand_in(request: MemberRequest, article: Article, revision: ArticleRevision) -> None:
    try:
        services.submit_for_review(actor=request.actor, article=article, number=revision.number)
    except RefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Handed in. Another editor reads it now."))


def _merging(request: MemberRequest, article: Article, form: RevisionForm, current: ArticleRevision) -> HttpResponse:
    """Show what somebody else saved beside what was typed; saving again puts the one on top of the other."""
    typed = form.text()
    again = RevisionForm(initial={**form.cleaned_data, "based_on": current.number})
    theirs = {
        "revision": current,
        "title": side_by_side(current.title, typed.title),
        "summary": side_by_side(current.summary, typed.summary),
        "body": side_by_side(current.body_markdown, typed.body_markdown),
    }
    return article_page(request, article, again, status=CONFLICT, conflict=theirs)


def _kept(request: MemberRequest, place: Place) -> HttpResponse:
    base = number_in(request.POST.get("based_on", ""))
    try:
        services.keep_draft(
            actor=request.actor,
            article=place.article,
            language=place.language,
            text=TextForm(request.POST).typed(),
            based_on=base,
        )
    except RefusedError as refusal:
        return HttpResponse(str(refusal), content_type="text/plain; charset=utf-8", status=UNPROCESSABLE)
    if not wants_fragment(request):
        return HttpResponseRedirect(reverse("knowledgebase:office"), status=HTTPStatus.SEE_OTHER)
    return render(request, "knowledgebase/_kept.html", {"at": moment(timezone.now())})
