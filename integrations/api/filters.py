"""What the parameters of a list mean. Only these narrow a list down; no other name ever reaches the database."""

from django.db.models import Q

from helpdesk.accounts.actors import PersonActor, ServiceActor
from helpdesk.accounts.organisations import with_code, with_predecessors
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.querysets import TicketQuerySet, served_queue_ids
from helpdesk.tickets.workflow import statuses_in
from integrations.api import bodies

NOTHING = Q(pk__in=[])


def tickets_matching(filters: bodies.TicketFilters, *, actor: PersonActor | ServiceActor) -> TicketQuerySet:
    """Return the tickets the actor may see that meet every filter."""
    wished = _statuses(filters) & _codes(filters) & _assignee(filters, actor)
    if filters.organisation:
        wished &= Q(organisation__in=with_predecessors(with_code(filters.organisation)).values("pk"))
    if filters.requester:
        wished &= _asked_by(actor)
    if filters.updated_since:
        wished &= _updated_since(filters, actor)
    return Ticket.objects.visible_to(actor).filter(wished)


def _statuses(filters: bodies.TicketFilters) -> Q:
    wished = Q()
    if filters.status:
        wished &= Q(status__in=filters.status)
    if filters.status_category:
        in_category = {status for category in filters.status_category for status in statuses_in(category)}
        wished &= Q(status__in=sorted(in_category))
    return wished


def _codes(filters: bodies.TicketFilters) -> Q:
    codes = {
        "queue__slug": filters.queue,
        "application__slug": filters.application,
        "category__code": filters.category,
    }
    return Q(**{column: code for column, code in codes.items() if code})


def _assignee(filters: bodies.TicketFilters, actor: PersonActor | ServiceActor) -> Q:
    match filters.assignee:
        case None:
            return Q()
        case "none":
            return Q(assignee=None)
        case "me":
            return Q(assignee=actor.user_id) if isinstance(actor, PersonActor) else NOTHING
        case user_id:
            return Q(assignee=int(user_id))


def _asked_by(actor: PersonActor | ServiceActor) -> Q:
    if isinstance(actor, ServiceActor):
        return NOTHING
    mine = Q(requester=actor.person_id)
    return mine | Q(requester__email_key=actor.email_key) if actor.email_is_verified else mine


def _updated_since(filters: bodies.TicketFilters, actor: PersonActor | ServiceActor) -> Q:
    """Look at every change only where the actor sees the notes; elsewhere a note would betray itself."""
    public = Q(public_updated_at__gte=filters.updated_since)
    if not actor.is_agent:
        return public
    return public | Q(queue__in=served_queue_ids(actor), updated_at__gte=filters.updated_since)
