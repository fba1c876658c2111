"""What a change of status does to the times of a ticket."""

from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import System
from helpdesk.kernel.policy import RefusedError, denied
from helpdesk.tickets import policies, workflow
from helpdesk.tickets.models import Status, Ticket
from helpdesk.tickets.services.moments import moment_on
from helpdesk.tickets.services.releasing import release_ticket


def set_status(ticket: Ticket, status: str) -> None:
    """Change the status of a locked ticket and the times that depend on it; the caller saves."""
    if status == ticket.status:
        return
    if status == Status.RESOLVED and (ticket.category_id is None or not ticket.solved_by or ticket.avoidable is None):
        raise RefusedError(denied(_("Resolving needs a category, who solved it, and whether it could be avoided.")))
    now = moment_on(ticket)
    if ticket.status in workflow.FINISHED and status not in workflow.FINISHED:
        ticket.reopened_count += 1
        ticket.resolved_at = None
        _free_from_who_left(ticket)
    if status == Status.RESOLVED:
        ticket.resolved_at = now
    ticket.closed_at = now if status == Status.CLOSED else None
    ticket.status = status
    ticket.updated_at = ticket.public_updated_at = now


def _free_from_who_left(ticket: Ticket) -> None:
    """Who handled a finished ticket may have gone since; the decision is the system's, not of who opens it again."""
    if ticket.assignee is not None and not policies.may_be_assigned(ticket.assignee, ticket.queue):
        release_ticket(actor=System(), ticket=ticket)
        ticket.assignee = None
