"""Everything about a ticket that can be decided: one service, one transaction, one history row for all changes."""

from dataclasses import dataclass
from typing import TypedDict

from django.utils.translation import gettext_lazy as _
from typing_extensions import Unpack

from helpdesk.accounts.actors import Actor
from helpdesk.accounts.models import Organisation, User
from helpdesk.catalogue.models import Application, Category
from helpdesk.kernel.events import publish
from helpdesk.kernel.policy import RefusedError, denied, require
from helpdesk.kernel.services import Precondition, service
from helpdesk.tickets import policies, workflow
from helpdesk.tickets.content import clean_subject
from helpdesk.tickets.events import TicketChanged
from helpdesk.tickets.models import Queue, Ticket
from helpdesk.tickets.services.locking import locked
from helpdesk.tickets.services.moments import moment_on
from helpdesk.tickets.services.statuses import set_status


@dataclass(frozen=True)
class Resolution:
    """Who solved it, and could the contact have been avoided: without that there is nothing to learn from."""

    solved_by: str
    avoidable: bool


class Changes(TypedDict, total=False):
    """What may change; a key that is absent stays as it is. `priority` set to None follows impact and urgency again."""

    subject: str
    ticket_type: str
    organisation: Organisation | None
    application: Application | None
    category: Category | None
    impact: str
    urgency: str
    priority: str | None
    priority_override_reason: str
    queue: Queue
    assignee: User | None
    resolution: Resolution
    status: str


_PLAIN = ("ticket_type", "organisation", "application", "category", "impact", "urgency")
_RANKING = frozenset({"impact", "urgency", "priority", "priority_override_reason"})


@service
def change_ticket(
    *, actor: Actor, ticket: Ticket, precondition: Precondition | None = None, **changes: Unpack[Changes]
) -> Ticket:
    """Apply the changes together or refuse them all; `precondition` sees the ticket locked and may object."""
    ticket = locked(ticket)
    require(policies.may_view(actor, ticket))
    if precondition is not None:
        precondition(ticket)
    if set(changes) - {"status"}:
        require(policies.works_on(actor, ticket))
    before = _values(ticket)
    previous_queue_id = ticket.queue_id
    _describe(ticket, changes)
    _rank(ticket, changes)
    _pass_on(ticket, changes)
    _finish(actor, ticket, changes)
    changed = [name for name, value in _values(ticket).items() if value != before[name]]
    if changed:
        # Who asked sees nearly all of it in the API, and must be able to ask for what changed.
        ticket.updated_at = ticket.public_updated_at = moment_on(ticket)
        ticket.save()
        _tell(ticket, changed, previous_queue_id)
    return ticket


def _describe(ticket: Ticket, changes: Changes) -> None:
    if "subject" in changes:
        subject = clean_subject(changes["subject"])
        ticket.subject_changes += subject != ticket.subject
        ticket.subject = subject
    for name in _PLAIN:
        if name in changes:
            setattr(ticket, name, changes[name])  # type: ignore[literal-required]
    if "organisation" in changes:
        ticket.organisation_is_proven = False


def _rank(ticket: Ticket, changes: Changes) -> None:
    """Priority follows impact and urgency, unless somebody says another one and why."""
    if not _RANKING & set(changes):
        return
    computed = workflow.priority_of(ticket.impact, ticket.urgency)
    reason = changes.get("priority_override_reason", ticket.priority_override_reason).strip()
    wished = changes.get("priority", ticket.priority if ticket.priority_override_reason else None)
    if wished is None or wished == computed:
        ticket.priority, ticket.priority_override_reason = computed, ""
    elif not reason:
        raise RefusedError(denied(_("Say why the priority is another than impact and urgency give.")))
    else:
        ticket.priority, ticket.priority_override_reason = wished, reason
    ticket.priority_rank = workflow.RANKS[ticket.priority]


def _pass_on(ticket: Ticket, changes: Changes) -> None:
    if "queue" in changes:
        ticket.queue = changes["queue"]
    if "assignee" in changes:
        ticket.assignee = changes["assignee"]
        if ticket.assignee is not None:
            require(policies.may_be_assigned(ticket.assignee, ticket.queue))
    elif ticket.assignee is not None and "queue" in changes:
        # Who does not serve the new queue could not even see the ticket any more.
        ticket.assignee = ticket.assignee if policies.may_be_assigned(ticket.assignee, ticket.queue) else None


def _finish(actor: Actor, ticket: Ticket, changes: Changes) -> None:
    if "resolution" in changes:
        ticket.solved_by = changes["resolution"].solved_by
        ticket.avoidable = changes["resolution"].avoidable
    status = changes.get("status", ticket.status)
    if status == ticket.status:
        return
    require(policies.may_move_to_status(actor, ticket, status))
    set_status(ticket, status)


def _values(ticket: Ticket) -> dict[str, object]:
    return {field.name: getattr(ticket, field.attname) for field in ticket._meta.concrete_fields}  # noqa: SLF001 - Django's documented API


def _tell(ticket: Ticket, changed: list[str], previous_queue_id: int) -> None:
    publish(
        TicketChanged(
            ticket_id=ticket.pk,
            queue_id=ticket.queue_id,
            previous_queue_id=previous_queue_id,
            seq=ticket.last_seq,
            fields=changed,
        )
    )
