"""Rows of the list, every text made beforehand."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.accounts.organisation_names import display_name
from helpdesk.desk.words import words_for
from helpdesk.kernel.moments import Moment, clock
from helpdesk.kernel.shown import Shown
from helpdesk.tickets.models import Assurance, Message, Priority, Status, Ticket
from helpdesk.tickets.querysets import FINISHED, WAITING
from helpdesk.tickets.reference import PLACEHOLDER


@dataclass(frozen=True)
class Row(Shown):
    reference: str
    url: str
    subject: str
    is_unread: bool
    requester: str
    organisation: str
    badge: str
    application: str
    priority: str
    priority_label: str
    status: str
    status_label: str
    assignee: str
    last_activity: Moment


def rows_of(tickets: Iterable[Ticket]) -> list[Row]:
    tell, unverified = clock(), _("not verified")
    statuses, priorities = words_for(Status), words_for(Priority)
    address = reverse("desk:ticket", args=[PLACEHOLDER])
    return [
        Row(
            reference=ticket.reference,
            url=address.replace(PLACEHOLDER, ticket.reference),
            subject=ticket.subject,
            is_unread=ticket.last_direction == Message.Direction.INBOUND and ticket.status not in FINISHED,
            requester=ticket.requester_name,
            organisation=_organisation(ticket),
            # That most administrations are claims is said on the ticket itself.
            badge=unverified if ticket.identity_assurance == Assurance.UNVERIFIED else "",
            application=ticket.application_name or "",
            priority=ticket.priority,
            priority_label=priorities[ticket.priority],
            status=look_of(ticket.status),
            status_label=statuses[ticket.status],
            assignee=ticket.assignee_name or "",
            last_activity=tell(ticket.last_message_at),
        )
        for ticket in cast("Iterable[Any]", tickets)
    ]


def look_of(status: str) -> str:
    """Return the look of a status: all waits share one."""
    return "waiting" if status in WAITING else status


def _organisation(ticket: Any) -> str:
    if ticket.organisation_name:
        return display_name(ticket.organisation_name, ticket.organisation_classification)
    return str(ticket.organisation_claim)
