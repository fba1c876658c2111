"""What stands beside the conversation: the choices an agent has about this ticket."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from helpdesk.accounts.actors import PersonActor
from helpdesk.desk.conflicts import FIELDS, shown
from helpdesk.desk.words import words_for
from helpdesk.kernel.shown import Shown
from helpdesk.submissions.models import SubmissionLink
from helpdesk.submissions.selectors import links_of
from helpdesk.tickets import workflow
from helpdesk.tickets.models import Level, Priority, Status, Ticket
from helpdesk.tickets.selectors import all_queues, colleagues_of_queue


@dataclass(frozen=True)
class Choice(Shown):
    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class Panel(Shown):
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
    computed = words_for(Priority)[workflow.priority_of(ticket.impact, ticket.urgency)]
    return Panel(
        statuses=_labelled(Status, [ticket.status, *moves], ticket.status),
        reply_statuses=_labelled(Status, moves),
        assignees=_assignees(actor, ticket),
        is_mine=ticket.assignee_id == actor.user_id,
        queues=[Choice(queue.slug, queue.name, queue.pk == ticket.queue_id) for queue in all_queues(actor)],
        impacts=_labelled(Level, Level.values, ticket.impact),
        urgencies=_labelled(Level, Level.values, ticket.urgency),
        priorities=_labelled(Priority, Priority.values, ticket.priority if ticket.priority_override_reason else ""),
        computed_priority=computed,
        submissions=links_of(ticket.pk),
        may_resolve=Status.RESOLVED in workflow.MOVES[ticket.status],
        shown={form: shown(ticket, form) for form in FIELDS},
    )


def _labelled(choices: type[TextChoices], codes: Iterable[str], chosen: str = "") -> list[Choice]:
    words = words_for(choices)
    return [Choice(code, words[code], code == chosen) for code in codes]


def _assignees(actor: PersonActor, ticket: Ticket) -> list[Choice]:
    colleagues = colleagues_of_queue(ticket.queue_id)
    choices = [Choice("none", _("Nobody"), ticket.assignee_id is None)]
    if colleagues.pop(actor.user_id, None) is not None:
        choices.append(Choice("me", _("Me (%(name)s)") % {"name": actor.name}, ticket.assignee_id == actor.user_id))
    return choices + [Choice(str(pk), name, pk == ticket.assignee_id) for pk, name in colleagues.items()]
