"""Finding articles, tickets and administrations, each as far as the caller may see them."""

from typing import cast

from django.conf import settings
from django.http import HttpResponse
from ninja import Query, Router

from helpdesk.accounts.actors import Actor, Visitor
from helpdesk.search.finding import find
from helpdesk.search.queries import Hit
from helpdesk.search.queries import Query as Sought
from integrations.api import bodies
from integrations.api import knowledge_shapes as shapes
from integrations.api.answers import list_answer
from integrations.api.bearer import Caller, OpenRequest, OptionalBearer, Stranger

router = Router(tags=["Search"])
TICKET = shapes.FoundKind.TICKET
TICKETS_READ = "tickets:read"


@router.get("", auth=OptionalBearer("articles:read", TICKETS_READ), response=shapes.SearchResult, summary="Search")
def search(request: OpenRequest, asked: Query[bodies.SearchQuery]) -> HttpResponse:
    """Find what you may see, what is public without a token, tickets with “tickets:read”."""
    actor, kinds = _as_far_as_allowed(request.auth, asked.kind)
    page = find(actor, Sought(text=asked.q, kinds=kinds, limit=asked.limit))
    result = shapes.SearchResult(
        items=[_found(hit, best=page.hits[0].score) for hit in page.hits],
        total=page.total,
        suggestion=page.suggestion,
        backend=cast("shapes.Backend", page.backend),
        degraded=page.degraded,
    )
    return list_answer(result, None)


def _as_far_as_allowed(auth: Caller | Stranger, kind: str) -> tuple[Actor, tuple[str, ...]]:
    """Return who looks for what; tickets alone, without the scope, are looked for as a stranger, who finds none."""
    finds_tickets = isinstance(auth, Caller) and TICKETS_READ in auth.token.scopes
    if kind != "all":
        return (auth.actor if kind != TICKET or finds_tickets else Visitor()), (kind,)
    return auth.actor, tuple(each for each in shapes.FoundKind if each != TICKET or finds_tickets)


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
