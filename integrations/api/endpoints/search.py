"""Finding articles, tickets and administrations, each as far as the caller may see them."""

from typing import cast

from django.conf import settings
from django.http import HttpResponse
from ninja import Query, Router

from helpdesk.search.finding import find
from helpdesk.search.queries import Hit
from integrations.api import bodies
from integrations.api import knowledge_shapes as shapes
from integrations.api.answers import list_answer
from integrations.api.bearer import OpenRequest, OptionalBearer
from integrations.api.searches import TICKETS_READ, search_of

router = Router(tags=["Search"])


@router.get("", auth=OptionalBearer("articles:read", TICKETS_READ), response=shapes.SearchResult, summary="Search")
def search(request: OpenRequest, asked: Query[bodies.SearchQuery]) -> HttpResponse:
    """Find what you may see, what is public without a token, tickets with “tickets:read”.

    Who handles tickets types in “q” what agents type at the desk: filters such as “status:open bestuur:aalst
    toepassing:loket”, “-status:open” to leave out, “sinds:2026-10-01 voor:7d”, and words between quotation marks that
    must follow one another. With a filter tickets alone are found. A value that stands for nothing is refused; what
    looks like a mistyped filter is looked for as words, and “advice” says so. From everybody else it is words.
    """
    sought = search_of(request.auth, asked)
    page = find(sought.actor, sought.query)
    result = shapes.SearchResult(
        items=[_found(hit, best=page.hits[0].score) for hit in page.hits],
        total=page.total,
        is_guess=page.is_guess,
        suggestion=sought.suggestion(page),
        advice=list(sought.advice),
        backend=cast("shapes.Backend", page.backend),
        degraded=page.degraded,
    )
    return list_answer(result, None)


def _found(hit: Hit, *, best: float) -> shapes.Found:
    """Return a hit; how well it fits is told beside the best one, for the bare number depends on what others said."""
    return shapes.Found(
        kind=shapes.FoundKind(hit.kind),
        id=hit.public_id,
        title=hit.title,
        snippet_html=hit.snippet_html,
        url=f"{settings.BASE_URL}{hit.url}",
        score=round(hit.score / best, 4) if best else 0.0,
    )
