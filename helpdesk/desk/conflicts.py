"""What an agent must be told before a change goes through: the ticket is no longer as the page showed it.

Each check is a precondition of a service, so it sees the ticket locked and nothing can slip in between.
"""

from helpdesk.kernel.services import Precondition
from helpdesk.tickets.models import Message, Ticket

# What each form of the ticket page changes.
FIELDS = {
    "status": ("status",),
    "assignee": ("assignee_id",),
    "queue": ("queue_id",),
    "priority": ("impact", "urgency", "priority", "priority_override_reason"),
    "details": ("ticket_type", "application_id", "category_id", "organisation_id", "subject"),
}


class ChangedMeanwhileError(Exception):
    """Somebody else changed what this form changes."""


class UnseenMessagesError(Exception):
    """There are messages to or from the requester that the page did not show yet."""


def shown(ticket: Ticket, form: str) -> str:
    """Return what a form showed, to send along with it."""
    return "|".join(str(getattr(ticket, field)) for field in FIELDS[form])


def still_shown(form: str, value: str) -> Precondition:
    """Object when the fields of the form changed since; a form that does not say what it showed is believed."""

    def check(ticket: Ticket) -> None:
        if value and shown(ticket, form) != value:
            raise ChangedMeanwhileError

    return check


def all_seen(seen: int | None) -> Precondition:
    """Object when the requester wrote, or a colleague answered, after message `seen`."""

    def check(ticket: Ticket) -> None:
        if seen is None or seen >= ticket.last_seq:
            return
        if Message.objects.filter(ticket=ticket, seq__gt=seen).exclude(kind=Message.Kind.INTERNAL_NOTE).exists():
            raise UnseenMessagesError

    return check
