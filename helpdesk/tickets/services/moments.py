from datetime import datetime

from django.utils import timezone

from helpdesk.tickets.models import Ticket


def moment_on(ticket: Ticket) -> datetime:
    """Return now, but never before what already happened to the ticket: a clock may be set back."""
    return max(timezone.now(), ticket.updated_at)
