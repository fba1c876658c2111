"""Versions of an article, and two of them side by side."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.accounts.http import MemberRequest
from knowledgebase import policies
from knowledgebase.access import on_article
from knowledgebase.differences import side_by_side
from knowledgebase.models import Article, ArticleRevision


@require_safe
@on_article
def versions(request: MemberRequest, article: Article) -> HttpResponse:
    """Show two versions side by side, the last two when none are chosen, and all there are to choose from."""
    known = list(article.revisions.select_related("author__person", "reviewer__person").defer("body_markdown"))
    after = _chosen(known, request.GET.get("naar"), 0)
    earlier = next((position for position, each in enumerate(known) if each.number < after.number), 0)
    before = _chosen(known, request.GET.get("van"), earlier)
    context = {
        "article": article,
        "versions": known,
        "before": before,
        "after": after,
        "title": side_by_side(before.title, after.title),
        "summary": side_by_side(before.summary, after.summary),
        "body": side_by_side(before.body_markdown, after.body_markdown),
        "may_write": policies.may_write(request.actor, article),
    }
    return render(request, "knowledgebase/versions.html", context)


def _chosen(known: list[ArticleRevision], number: str | None, otherwise: int) -> ArticleRevision:
    if not number:
        return known[otherwise]
    found = next((each for each in known if str(each.number) == number), None)
    if found is None:
        raise Http404
    return found
