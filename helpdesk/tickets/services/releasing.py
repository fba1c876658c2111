"""A ticket stays with nobody who can no longer see it: it goes back to its queue, and its history says why."""

from django.db import transaction

from helpdesk.accounts.actors import Actor, System
from helpdesk.accounts.selectors import actor_of
from helpdesk.kernel.events import publish
from helpdesk.kernel.policy import require
from helpdesk.kernel.services import service
from helpdesk.tickets import policies, workflow
from helpdesk.tickets.events import TicketChanged, TicketsReleased
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.querysets import served_queue_ids
from helpdesk.tickets.services.locking import locked
from helpdesk.tickets.services.moments import moment_on

AT_ONCE = 20


@transaction.atomic
def release_tickets_of(user_id: int, *, after: int = 0) -> None:
    """Take open tickets from somebody who can no longer handle them; what is finished still says who did it.

    A part at a time, in the order of their ids and above `after`, for an agent may leave with thousands: what keeps its
    rows, and the lane it runs in, for long holds up others.
    """
    actor = actor_of(user_id)
    served = served_queue_ids(actor) if actor is not None and actor.is_agent else []
    theirs = Ticket.objects.open().filter(assignee=user_id, pk__gt=after).exclude(queue__in=served).order_by("pk")
    part = list(theirs[:AT_ONCE])
    for ticket in part:
        _release_when_out_of_reach(ticket, user_id)
    if len(part) == AT_ONCE:
        publish(TicketsReleased(user_id=user_id, last_ticket_id=part[-1].pk))


@service
def release_ticket(*, actor: Actor, ticket: Ticket) -> None:
    """Leave the ticket without an assignee."""
    ticket = locked(ticket)
    require(policies.works_on(actor, ticket))
    ticket.assignee = None
    ticket.updated_at = ticket.public_updated_at = moment_on(ticket)
    ticket.save(update_fields=["assignee", "updated_at", "public_updated_at"])


def _release_when_out_of_reach(ticket: Ticket, user_id: int) -> None:
    ticket = locked(ticket)
    if ticket.assignee is None or ticket.assignee.pk != user_id or ticket.status in workflow.FINISHED:
        return
    if policies.may_be_assigned(ticket.assignee, ticket.queue):
        return
    release_ticket(actor=System(), ticket=ticket)
    queue_id = ticket.queue_id
    publish(
        TicketChanged(
            ticket_id=ticket.pk,
            queue_id=queue_id,
            previous_queue_id=queue_id,
            seq=ticket.last_seq,
            fields=["assignee"],
        )
    )
