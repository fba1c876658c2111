from helpdesk.accounts.events import AccessChanged
from helpdesk.tickets.services import release_tickets_of


def release_tickets(event: AccessChanged) -> None:
    """Give the tickets somebody can no longer handle back to their queues."""
    release_tickets_of(event.user_id)
