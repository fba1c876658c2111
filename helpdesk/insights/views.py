"""What the answers lack, for who writes them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.accounts.http import MemberRequest, only
from helpdesk.insights import selectors
from knowledgebase.querysets import is_editor

editors_only = only(is_editor)


@require_safe
@editors_only
def gaps(request: MemberRequest) -> HttpResponse:
    context = {
        "without_result": selectors.searches_without_result(),
        "without_opening": selectors.searches_without_opening(),
        "without_answer": selectors.tickets_without_answer(),
        "unhelpful": selectors.articles_that_do_not_help(),
        "remarks": selectors.remarks(),
        "overdue": selectors.articles_overdue(),
        "deflections": selectors.deflections(),
        "is_replayed": selectors.is_replayed(),
        "days": selectors.PERIOD.days,
    }
    return render(request, "insights/gaps.html", context)
