"""What is looked for: words, or from who handles tickets the text that agents type at the desk, filters included."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from helpdesk.accounts.actors import Actor, Visitor
from helpdesk.search.queries import Page, Query
from helpdesk.tickets.filtering.advice import Advice, on_keys, on_values
from helpdesk.tickets.filtering.filters import Handler
from helpdesk.tickets.filtering.language import written
from helpdesk.tickets.filtering.reading import Understood, understand
from integrations.api import bodies
from integrations.api import knowledge_shapes as shapes
from integrations.api.bearer import Caller, Stranger
from integrations.api.problems import FieldError, unprocessable

TICKET = shapes.FoundKind.TICKET
TICKETS_READ = "tickets:read"


@dataclass(frozen=True, kw_only=True)
class Search:
    """`understood`: the text as it is understood of who handles tickets; of everybody else it is words."""

    actor: Actor
    query: Query
    understood: Understood | None = None
    advice: tuple[shapes.Advice, ...] = ()

    def suggestion(self, page: Page) -> str | None:
        """Return the text as it was probably meant; of more than one doubt only the first, which is a filter's."""
        if self.advice:
            offered = self.advice[0].suggestions
            return offered[0] if len(offered) == 1 else None
        if self.understood is None or page.suggestion is None:
            return page.suggestion
        return self.understood.reworded(page.suggestion)


def search_of(auth: Caller | Stranger, asked: bodies.SearchQuery) -> Search:
    """Return what to look for, as far as the caller may; a filter that stands for nothing is refused."""
    finds_tickets = isinstance(auth, Caller) and TICKETS_READ in auth.token.scopes
    actor, kinds = _as_far_as_allowed(auth, asked.kind, finds_tickets=finds_tickets)
    if isinstance(auth, Caller) and finds_tickets and auth.actor.is_agent:
        return _as_at_the_desk(auth.actor, kinds, asked)
    return Search(actor=actor, query=Query(text=asked.q, kinds=kinds, limit=asked.limit))


def _as_far_as_allowed(auth: Caller | Stranger, kind: str, *, finds_tickets: bool) -> tuple[Actor, tuple[str, ...]]:
    """Return who looks for what; tickets alone, without the scope, are looked for as a stranger, who finds none."""
    if kind != "all":
        return (auth.actor if kind != TICKET or finds_tickets else Visitor()), (kind,)
    return auth.actor, tuple(each for each in shapes.FoundKind if each != TICKET or finds_tickets)


def _as_at_the_desk(actor: Handler, kinds: tuple[str, ...], asked: bodies.SearchQuery) -> Search:
    understood = understand(actor, asked.q)
    if TICKET in kinds:
        if errors := [_refusal(each) for each in on_values(actor, understood)]:
            raise unprocessable(*errors)
        advice = tuple(_told(each) for each in on_keys(actor, understood.typed))
        # Nothing else has what a filter asks for.
        sought = understood.query(TICKET) if understood.typed.filters else understood.query(*kinds)
    else:
        advice = tuple(_without_filters(understood))
        sought = understood.query(*kinds)
    return Search(actor=actor, query=replace(sought, limit=asked.limit), understood=understood, advice=advice)


def _refusal(advice: Advice) -> FieldError:
    if not advice.offers:
        return FieldError("/q", advice.problem)
    known = _("Use one of these values: %(expected)s.") % {"expected": ", ".join(each.text for each in advice.offers)}
    return FieldError("/q", f"{advice.problem} {known}")


def _told(advice: Advice) -> shapes.Advice:
    return shapes.Advice(detail=advice.problem, suggestions=[written(offer.instead) for offer in advice.offers])


def _without_filters(understood: Understood) -> list[shapes.Advice]:
    if not understood.typed.filters:
        return []
    words = understood.typed.words
    return [shapes.Advice(detail=_("Filters only hold for tickets."), suggestions=[words] if words else [])]
