"""The last word and what is to be learned, together or not at all."""

from helpdesk.accounts.actors import Actor
from helpdesk.catalogue.models import Category
from helpdesk.kernel.services import Precondition, service
from helpdesk.tickets.models import Status, Ticket
from helpdesk.tickets.services.changing import Resolution, change_ticket
from helpdesk.tickets.services.writing import NewMessage, reply_to_ticket


@service
def resolve_ticket(
    *,
    actor: Actor,
    ticket: Ticket,
    category: Category,
    resolution: Resolution,
    reply: NewMessage | None = None,
    precondition: Precondition | None = None,
) -> Ticket:
    """Resolve the ticket, after a last reply when there is one; `precondition` sees it locked and may object."""
    if reply is not None:
        reply_to_ticket(actor=actor, ticket=ticket, new=reply, precondition=precondition)
        precondition = None
    return change_ticket(
        actor=actor,
        ticket=ticket,
        precondition=precondition,
        category=category,
        resolution=resolution,
        status=Status.RESOLVED,
    )
