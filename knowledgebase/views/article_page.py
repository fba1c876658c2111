"""The page of one article for who writes it: its text, and beside it all that can be decided."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime

from helpdesk.accounts.http import MemberRequest
from knowledgebase import policies
from knowledgebase.cards import fingerprint, hour_of_leaving
from knowledgebase.forms import DayForm, MomentForm, RevisionForm
from knowledgebase.models import Article, ArticleRevision
from knowledgebase.office import reasons_on, verdicts_on
from knowledgebase.workflow import CHECKED_AFTER

VERSIONS = 8
REASONS = 20
LONGEST_NUMBER = 6
# The two hours somebody types on the page.
PUBLISH, ARCHIVE = "publiceren", "archiveren"


def current_text(article: Article) -> ArticleRevision:
    if article.current_revision is None:
        raise RuntimeError(f"article {article.pk} has no text")
    article.current_revision.article = article
    return article.current_revision


def number_in(text: str) -> int | None:
    """Return the number of a version, None when the text is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def see(article: Article | None = None) -> HttpResponseRedirect:
    address = reverse("knowledgebase:edit", args=[article.pk]) if article else reverse("knowledgebase:office")
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


def article_page(
    request: MemberRequest, article: Article, form: RevisionForm, *, status: int = HTTPStatus.OK, **context: Any
) -> HttpResponse:
    """Answer with the page, the form as it was left; `typing` says which page it is, `typed_hours` what was refused."""
    revision, actor, hours = current_text(article), request.actor, context.get("typed_hours", {})
    may_approve = policies.may_approve(actor, revision)
    context |= {
        "article": article,
        "revision": revision,
        "form": form.written_in(article.language),
        "versions": article.revisions.select_related("author__person", "reviewer__person")[:VERSIONS],
        "translations": article.translations.order_by("language") if article.original_id is None else [],
        "missing_languages": _missing(article),
        "dutch_changes": _dutch_changes(article) if article.is_out_of_date else "",
        "verdicts": verdicts_on(article),
        "reasons": reasons_on(article, REASONS),
        "uses": article.uses.count(),
        "reminder": article.reminders.select_related("recipient__person").order_by("-pk").first(),
        "images": article.images.order_by("-created_at"),
        "may_write": policies.may_write(actor, article),
        "may_hand_in": policies.may_hand_in(actor, article, revision),
        "may_review": policies.may_review(actor, revision),
        "may_approve": may_approve,
        "shown": fingerprint(article) if may_approve else "",
        "may_verify": policies.may_verify(actor, article),
        "may_edit": policies.may_edit_all(actor),
        "publishing": MomentForm(prefix=PUBLISH, initial={"at": hours.get(PUBLISH)}),
        "archiving": MomentForm(prefix=ARCHIVE, initial={"at": hours.get(ARCHIVE) or _leaves_at(article)}),
        "planned": hour_of_leaving(article),
        "verifying": DayForm(initial={"verify_by": timezone.localdate() + CHECKED_AFTER}),
    }
    return render(request, "knowledgebase/edit.html", context, status=status)


def _leaves_at(article: Article) -> datetime | None:
    return localtime(article.archive_at) if article.archive_at else None


def _missing(article: Article) -> list[tuple[str, str]]:
    if article.original_id is not None:
        return []
    there = {article.language, *article.translations.values_list("language", flat=True)}
    return [(value, label) for value, label in Article.Language.choices if value not in there]


def _dutch_changes(translation: Article) -> str:
    """Return where the Dutch text that readers see stands beside the one the translation was made of."""
    text = translation.published_revision or current_text(translation)
    address = reverse("knowledgebase:versions", args=[translation.original_id])
    dutch = translation.original.published_revision if translation.original else None
    if text.translated_from is None or dutch is None:
        return address
    return f"{address}?van={text.translated_from.number}&naar={dutch.number}"
