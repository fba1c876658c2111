"""Rows of the list, every text made beforehand."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.organisation_names import display_name
from helpdesk.desk.moments import Moment, moment
from helpdesk.tickets.models import Assurance, Message, Priority, Status, Ticket
from helpdesk.tickets.querysets import FINISHED, WAITING

PLACEHOLDER = "AP-000000-0"


@dataclass(frozen=True)
class Row:
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
    now = timezone.now()
    statuses = {status.value: str(status.label) for status in Status}
    priorities = {priority.value: str(priority.label) for priority in Priority}
    address = reverse("desk:ticket", args=[PLACEHOLDER])
    return [_row(ticket, address, statuses, priorities, moment(ticket.last_message_at, now)) for ticket in tickets]


def _row(ticket: Any, address: str, statuses: dict[str, str], priorities: dict[str, str], at: Moment) -> Row:
    return Row(
        reference=ticket.reference,
        url=address.replace(PLACEHOLDER, ticket.reference),
        subject=ticket.subject,
        is_unread=ticket.last_direction == Message.Direction.INBOUND and ticket.status not in FINISHED,
        requester=ticket.requester_name,
        organisation=_organisation(ticket),
        badge=_badge(ticket),
        application=ticket.application_name or "",
        priority=ticket.priority,
        priority_label=priorities[ticket.priority],
        status=look_of(ticket.status),
        status_label=statuses[ticket.status],
        assignee=ticket.assignee_name or "",
        last_activity=at,
    )


def look_of(status: str) -> str:
    """Return the look of a status: all waits share one."""
    return "waiting" if status in WAITING else status


def _organisation(ticket: Any) -> str:
    if ticket.organisation_name:
        return display_name(ticket.organisation_name, ticket.organisation_classification)
    return str(ticket.organisation_claim)


def _badge(ticket: Any) -> str:
    """Say when we do not know who asks. That most administrations are claims is said on the ticket itself."""
    return _("not verified") if ticket.identity_assurance == Assurance.UNVERIFIED else ""
