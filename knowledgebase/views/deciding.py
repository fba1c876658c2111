"""What is decided about an article: its card, its review, when readers see it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts.http import MemberRequest
from helpdesk.kernel.policy import ALLOWED, RefusedError, denied, require
from knowledgebase import policies, services
from knowledgebase.access import on_article
from knowledgebase.cards import fingerprint, leaves_at, still_shown
from knowledgebase.content import Place
from knowledgebase.forms import CardForm, DayForm, MomentForm
from knowledgebase.models import Article
from knowledgebase.office import own_draft
from knowledgebase.views.article_page import ARCHIVE, PUBLISH, number_in, see
from knowledgebase.views.editing import opened

HOURS = (PUBLISH, ARCHIVE)
Deed = Callable[[MemberRequest, Article, QueryDict], str]


@require_http_methods(["GET", "HEAD", "POST"])
@on_article
def card(request: MemberRequest, article: Article) -> HttpResponse:
    """Show and change for whom an article is, what it is about and where it stands."""
    require_writing(request, article)
    if request.method != "POST":
        return _card_page(request, article, CardForm(article, initial=_card_of(article)))
    form = CardForm(article, request.POST)
    if form.is_valid():
        try:
            _change(request, article, form)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return see(article)
    return _card_page(request, article, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
@on_article
def decide(request: MemberRequest, article: Article, deed: str) -> HttpResponse:
    """Do one of DEEDS with the article; what is refused is said on its page, which shows again what was typed."""
    if deed not in DEEDS:
        raise Http404
    try:
        messages.success(request, DEEDS[deed](request, article, request.POST))
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        # An hour that came back empty would mean now, or never.
        hours = {prefix: hour for prefix in HOURS if (hour := request.POST.get(f"{prefix}-at"))}
        reason = request.POST.get("reason", "")
        if reason or hours:
            wrong = HTTPStatus.UNPROCESSABLE_ENTITY
            return opened(request, article, status=wrong, typed_reason=reason, typed_hours=hours)
    return see(article)


def require_writing(request: MemberRequest, article: Article) -> None:
    if not policies.may_write(request.actor, article):
        raise Http404


def _card_page(
    request: MemberRequest, article: Article, form: CardForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {"article": article, "form": form, "may_edit": policies.may_edit_all(request.actor)}
    return render(request, "knowledgebase/card.html", context, status=status)


def _change(request: MemberRequest, article: Article, form: CardForm) -> None:
    services.change_card(
        actor=request.actor,
        article=article,
        card=form.card(article.causes),
        slug=form.cleaned_data["slug"],
        precondition=still_shown(form.cleaned_data["shown"]),
    )


def _card_of(article: Article) -> dict[str, Any]:
    return {
        "audience": article.audience,
        "slug": article.slug,
        "applications": [each.slug for each in article.applications.all()],
        "categories": [each.code for each in article.categories.all()],
        "owner": article.owner_id,
        "verify_by": article.verify_by,
        "sources": "\n".join(article.sources),
        "shown": fingerprint(article),
    }


def _approve(request: MemberRequest, article: Article, said: QueryDict) -> str:
    if own_draft(request.actor, Place(article)) is not None:
        raise RefusedError(denied(_("You typed something that is not saved yet. Save it or throw it away first.")))
    revision = services.approve(
        actor=request.actor,
        article=article,
        number=_seen(said),
        publish_at=_moment(said, PUBLISH),
        precondition=still_shown(said.get("shown", "")),
    )
    if revision.article.publish_at:
        return _("Approved. Readers see it from the hour you gave.")
    return _("Approved. Readers see it now.")


def _call_off(request: MemberRequest, article: Article, _said: QueryDict) -> str:
    services.call_off_publication(actor=request.actor, article=article)
    return _("Called off. The text is a draft again; hand it in to let readers see it.")


def _send_back(request: MemberRequest, article: Article, said: QueryDict) -> str:
    services.send_back(actor=request.actor, article=article, reason=said.get("reason", ""), number=_seen(said))
    return _("Sent back to who wrote it.")


def _seen(said: QueryDict) -> int:
    """Return the number of the version the page showed: nobody decides about a text unseen."""
    number = number_in(said.get("revision", ""))
    if number is None:
        raise RefusedError(denied(_("Open the page again and look first.")))
    return number


def _archive(request: MemberRequest, article: Article, _said: QueryDict) -> str:
    services.archive_article(actor=request.actor, article=article)
    return _("Readers do not see this article any more.")


def _reopen(request: MemberRequest, article: Article, _said: QueryDict) -> str:
    services.reopen_article(actor=request.actor, article=article)
    return _("The article is back.")


def _schedule_archive(request: MemberRequest, article: Article, said: QueryDict) -> str:
    services.schedule_archive(
        actor=request.actor,
        article=article,
        at=_moment(said, ARCHIVE),
        precondition=leaves_at(said.get("planned", "")),
    )
    return _("Saved.")


def _verify(request: MemberRequest, article: Article, said: QueryDict) -> str:
    form = DayForm(said)
    require(ALLOWED if form.is_valid() else denied(_("Give the day by which somebody checks it again.")))
    services.verify_article(actor=request.actor, article=article, verify_by=form.cleaned_data["verify_by"])
    return _("Noted: this article is still right.")


def _restore(request: MemberRequest, article: Article, said: QueryDict) -> str:
    number = number_in(said.get("revision", ""))
    if number is None or not article.revisions.filter(number=number).exists():
        raise RefusedError(denied(_("There is no such version.")))
    revision = services.restore_revision(actor=request.actor, article=article, number=number)
    return _("Saved as version %(number)d.") % {"number": revision.number}


def _moment(said: QueryDict, prefix: str) -> Any:
    form = MomentForm(said, prefix=prefix)
    require(ALLOWED if form.is_valid() else denied(_("Give a day and an hour, or leave both empty.")))
    return form.cleaned_data["at"]


DEEDS: dict[str, Deed] = {
    "goedkeuren": _approve,
    "afzeggen": _call_off,
    "terugsturen": _send_back,
    "archiveren": _archive,
    "terughalen": _reopen,
    "archief-plannen": _schedule_archive,
    "nakijken": _verify,
    "herstellen": _restore,
}
