"""The holder of the link says: yes, this is my question."""

from helpdesk.accounts.actors import Actor
from helpdesk.kernel.events import publish
from helpdesk.kernel.policy import require
from helpdesk.kernel.services import service
from helpdesk.tickets import policies
from helpdesk.tickets.events import TicketChanged
from helpdesk.tickets.models import Assurance, Ticket
from helpdesk.tickets.services.locking import locked
from helpdesk.tickets.services.moments import moment_on


@service
def confirm_ticket(*, actor: Actor, ticket: Ticket) -> Ticket:
    """Mark the requester's address as verified; the second time does nothing."""
    ticket = locked(ticket)
    require(policies.may_confirm(actor, ticket))
    verify_address(ticket)
    return ticket


def verify_address(ticket: Ticket) -> None:
    """Note on a locked ticket that somebody used the link that only its requester's mailbox got."""
    if ticket.identity_assurance != Assurance.UNVERIFIED:
        return
    ticket.identity_assurance = Assurance.MAIL_VERIFIED
    ticket.updated_at = ticket.public_updated_at = moment_on(ticket)
    ticket.save(update_fields=["identity_assurance", "updated_at", "public_updated_at"])
    publish(
        TicketChanged(
            ticket_id=ticket.pk,
            queue_id=ticket.queue_id,
            previous_queue_id=ticket.queue_id,
            seq=ticket.last_seq,
            fields=["identity_assurance"],
        )
    )
