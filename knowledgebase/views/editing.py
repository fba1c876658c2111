"""Writing: a new text of an article, what it will look like, and what is kept meanwhile."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts.http import MemberRequest
from helpdesk.kernel.moments import moment
from helpdesk.kernel.policy import RefusedError, denied
from knowledgebase import policies, services
from knowledgebase.access import on_article, wants_fragment, writers_only
from knowledgebase.content import BODY_LENGTH, Place, Text, text_of
from knowledgebase.forms import RevisionForm, TextForm
from knowledgebase.models import Article, ArticleDraft, ArticleRevision
from knowledgebase.office import own_draft
from knowledgebase.rendering import preview as laid_out
from knowledgebase.views.article_page import article_page, current_text, number_in, see
from knowledgebase.views.merging import COMPARE, merging, opened_at, other_text, told_of, typing_in
from knowledgebase.views.signed_out import text_kept
from knowledgebase.workflow import text_to_translate

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY
PREVIEW, DISCARD, HAND_IN, SHOW = "voorbeeld", "weg", "indienen", "tonen"


@require_http_methods(["GET", "HEAD", "POST"])
@text_kept
@on_article
def edit(request: MemberRequest, article: Article) -> HttpResponse:
    """Show the article with its newest text, or what this editor typed since; save a new one, hand it in or show it."""
    if request.method != "POST":
        return opened(request, article)
    if DISCARD in request.POST:
        discarded(request, Place(article))
        return see(article)
    if COMPARE in request.POST and (other := other_text(request, Place(article))):
        return merging(request, article, other)
    if PREVIEW in request.POST or COMPARE in request.POST:
        return _previewed(request, article)
    form = RevisionForm(request.POST)
    if not form.is_valid():
        return _sent_back(request, article, form)
    return _saved(request, article, form)


@require_POST
@text_kept
@writers_only
def preview(request: MemberRequest) -> HttpResponse:
    """Show what a text will look like, as readers would see it."""
    return render(request, "knowledgebase/_preview.html", preview_of(TextForm(request.POST).typed()))


@require_POST
@text_kept
@on_article
def keep(request: MemberRequest, article: Article) -> HttpResponse:
    return kept_at(request, Place(article))


def preview_of(text: Text) -> dict[str, Any]:
    """Return what a page shows of a text that is not saved yet; one too long to be saved is not laid out either."""
    if len(text.body_markdown) > BODY_LENGTH:
        return {
            "typed": text,
            "html": "",
            "problems": [_("At most %(longest)d characters.") % {"longest": BODY_LENGTH}],
        }
    html, wrong = laid_out(text.body_markdown)
    return {"typed": text, "html": html, "problems": wrong}


def opened(request: MemberRequest, article: Article, *, status: int = HTTPStatus.OK, **context: Any) -> HttpResponse:
    """Answer with the page as somebody opens it: with what they typed since, else with the newest text."""
    draft, current = own_draft(request.actor, Place(article)), current_text(article)
    base = draft.based_on if draft and draft.based_on else current
    dutch = text_to_translate(article.original) if article.original else None
    numbers = {"based_on": base.number, "follows": dutch.number if dutch else None}
    form = RevisionForm(initial={**text_fields(draft or text_of(current)), **numbers})
    typing = opened_at(Place(article), draft)
    return article_page(request, article, form, status=status, draft=draft, typing=typing, **context)


def text_fields(text: Text | ArticleDraft) -> dict[str, str]:
    return {name: getattr(text, name) for name in ("title", "summary", "body_markdown")}


def _previewed(request: MemberRequest, article: Article) -> HttpResponse:
    form, typing = RevisionForm(initial=request.POST.dict()), typing_in(request.POST, Place(article))
    return article_page(request, article, form, typing=typing, preview=preview_of(form.typed()))


def _sent_back(request: MemberRequest, article: Article, form: RevisionForm) -> HttpResponse:
    typing = typing_in(request.POST, Place(article))
    return article_page(request, article, form, status=UNPROCESSABLE, typing=typing)


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
            typing=typing_in(request.POST, Place(article)),
        )
    except services.TextConflictError as conflict:
        return merging(request, article, conflict.current)
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return _sent_back(request, article, form)
    if SHOW in request.POST:
        _show(request, article, revision)
    elif HAND_IN in request.POST:
        _hand_in(request, article, revision)
    else:
        _told_as_saved(request, revision)
    return see(article)


def _told_as_saved(request: MemberRequest, revision: ArticleRevision) -> None:
    messages.success(request, _("Saved as version %(number)d.") % {"number": revision.number})


def _hand_in(request: MemberRequest, article: Article, revision: ArticleRevision) -> None:
    try:
        handed_in = services.submit_for_review(actor=request.actor, article=article, number=revision.number)
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return
    if policies.may_approve(request.actor, handed_in):
        messages.success(request, _("Handed in. You can approve it yourself, or leave that to another editor."))
    else:
        messages.success(request, _("Handed in. Another editor reads it now."))


def _show(request: MemberRequest, article: Article, revision: ArticleRevision) -> None:
    """Let readers see it at once; a text that somebody else must read first waits for that."""
    try:
        if revision.state != ArticleRevision.State.IN_REVIEW:
            services.submit_for_review(actor=request.actor, article=article, number=revision.number)
        services.approve(actor=request.actor, article=article, number=revision.number, precondition=_has_readers)
    except RefusedError as refusal:
        _told_as_saved(request, revision)
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Approved. Readers see it now."))


def _has_readers(article: Article) -> None:
    """Refuse for an article whose card readers have not had yet: whoever approves it first sees that."""
    if not article.is_published:
        raise RefusedError(denied(_("This article has not been published yet.")))


def discarded(request: MemberRequest, place: Place) -> None:
    """Throw away what was kept there, unless it is not what the page showed any more."""
    try:
        services.discard_draft(actor=request.actor, typing=typing_in(request.POST, place))
    except services.TextConflictError:
        messages.error(request, _("This text was changed in another window meanwhile, so it was not thrown away."))


def kept_at(request: MemberRequest, place: Place, **about: Any) -> HttpResponse:
    """Keep what is typed there, and say so in the line for it."""
    try:
        services.keep_draft(
            actor=request.actor,
            typing=typing_in(request.POST, place),
            text=TextForm(request.POST).typed(),
            based_on=number_in(request.POST.get("based_on", "")),
            **about,
        )
    except services.TextConflictError:
        return told_of(request)
    except RefusedError as refusal:
        return HttpResponse(str(refusal), content_type="text/plain; charset=utf-8", status=UNPROCESSABLE)
    if not wants_fragment(request):
        return see()
    return render(request, "knowledgebase/_kept.html", {"at": moment(timezone.now())})
