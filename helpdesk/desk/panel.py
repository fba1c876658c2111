"""What stands beside the conversation: the choices an agent has about this ticket."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from helpdesk.accounts.actors import PersonActor
from helpdesk.desk.conflicts import FIELDS, shown
from helpdesk.submissions.models import SubmissionLink
from helpdesk.tickets import workflow
from helpdesk.tickets.models import Level, Priority, Status, Ticket
from helpdesk.tickets.selectors import colleagues_of_queue, served_queues


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class Panel:
    """`shown` is sent back with each form, so that a change made meanwhile is noticed."""

    statuses: list[Choice]
    reply_statuses: list[Choice]
    assignees: list[Choice]
    is_mine: bool
    queues: list[Choice]
    impacts: list[Choice]
    urgencies: list[Choice]
    priorities: list[Choice]
    computed_priority: str
    submissions: list[SubmissionLink]
    may_resolve: bool
    shown: dict[str, str]


def panel_of(actor: PersonActor, ticket: Ticket) -> Panel:
    """Return the choices (two queries, when the agent's queues are known already)."""
    moves = [status for status in Status if status in workflow.MOVES[ticket.status] and status != Status.RESOLVED]
    computed = workflow.priority_of(ticket.impact, ticket.urgency)
    return Panel(
        statuses=[Choice(ticket.status, str(Status(ticket.status).label), is_chosen=True), *_labelled(moves)],
        reply_statuses=_labelled(moves),
        assignees=_assignees(actor, ticket),
        is_mine=ticket.assignee_id == actor.user_id,
        queues=[Choice(queue.slug, queue.name, queue.pk == ticket.queue_id) for queue in served_queues(actor)],
        impacts=_labelled(Level, ticket.impact),
        urgencies=_labelled(Level, ticket.urgency),
        priorities=_labelled(Priority, ticket.priority if ticket.priority_override_reason else ""),
        computed_priority=str(computed.label),
        submissions=list(SubmissionLink.objects.filter(ticket=ticket)),
        may_resolve=Status.RESOLVED in workflow.MOVES[ticket.status],
        shown={form: shown(ticket, form) for form in FIELDS},
    )


def _labelled(members: "Iterable[Status | Level | Priority]", chosen: str = "") -> list[Choice]:
    return [Choice(member.value, str(member.label), member.value == chosen) for member in members]


def _assignees(actor: PersonActor, ticket: Ticket) -> list[Choice]:
    colleagues = colleagues_of_queue(ticket.queue)
    choices = [Choice("none", _("Nobody"), ticket.assignee_id is None)]
    if any(user.pk == actor.user_id for user in colleagues):
        choices.append(Choice("me", _("Me (%(name)s)") % {"name": actor.name}, ticket.assignee_id == actor.user_id))
    others = [user for user in colleagues if user.pk != actor.user_id]
    return choices + [Choice(str(user.pk), user.person.name, user.pk == ticket.assignee_id) for user in others]
