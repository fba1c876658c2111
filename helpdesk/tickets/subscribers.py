from helpdesk.accounts.events import AccessChanged
from helpdesk.tickets.events import TicketsReleased
from helpdesk.tickets.services import release_tickets_of


def release_tickets(event: AccessChanged | TicketsReleased) -> None:
    """Give a part of the tickets somebody can no longer handle back to their queues; the next event does the rest."""
    after = event.last_ticket_id if isinstance(event, TicketsReleased) else 0
    release_tickets_of(event.user_id, after=after)
