"""Who may do what with a ticket: one function a question, the reason with every refusal."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import Actor, PersonActor, ServiceActor, System, TicketGuest
from helpdesk.accounts.models import User
from helpdesk.accounts.selectors import actor_of
from helpdesk.kernel.policy import ALLOWED, NOT_YOURS, Decision, denied
from helpdesk.tickets import workflow
from helpdesk.tickets.models import Queue, Status, Ticket
from helpdesk.tickets.querysets import VERIFIED, served_queue_ids


def may_view(actor: Actor, ticket: Ticket) -> Decision:
    return ALLOWED if works_on(actor, ticket) or _asked(actor, ticket) else NOT_YOURS


def works_on(actor: Actor, ticket: Ticket) -> Decision:
    """May the actor handle the ticket, and so see its notes?"""
    if isinstance(actor, System):
        return ALLOWED
    if isinstance(actor, PersonActor | ServiceActor) and actor.is_agent:
        return ALLOWED if ticket.queue_id in served_queue_ids(actor) else NOT_YOURS
    return NOT_YOURS


def may_open(actor: Actor, *, on_behalf: bool) -> Decision:
    if on_behalf and not (actor.is_agent or isinstance(actor, System)):
        return denied(_("Only the contact point can ask a question in somebody else's name."))
    return ALLOWED


def may_reply(actor: Actor, ticket: Ticket) -> Decision:
    if works_on(actor, ticket):
        return ALLOWED
    if not _asked(actor, ticket):
        return NOT_YOURS
    if ticket.status in workflow.FINISHED and not _in_time(ticket):
        return denied(_("This question was closed more than 14 days ago. Ask a new question."))
    return ALLOWED


def may_note(actor: Actor, ticket: Ticket) -> Decision:
    return works_on(actor, ticket)


def may_close(actor: Actor, ticket: Ticket) -> Decision:
    """May the requester say that it is no longer needed?"""
    if not _asked(actor, ticket):
        return NOT_YOURS
    if ticket.status == Status.CLOSED:
        return denied(_("This question is closed already."))
    return ALLOWED


def may_reopen(actor: Actor, ticket: Ticket) -> Decision:
    if not (works_on(actor, ticket) or _asked(actor, ticket)):
        return NOT_YOURS
    if ticket.status not in workflow.FINISHED:
        return denied(_("This question is still open."))
    if not works_on(actor, ticket) and not _in_time(ticket):
        return denied(_("This question was closed more than 14 days ago. Ask a new question."))
    return ALLOWED


def may_move_to_status(actor: Actor, ticket: Ticket, status: str) -> Decision:
    if works_on(actor, ticket):
        if status in workflow.MOVES[ticket.status]:
            return ALLOWED
        return denied(_("A ticket cannot go from “%(old)s” to “%(new)s”.") % _status_names(ticket.status, status))
    if status == Status.CLOSED:
        return may_close(actor, ticket)
    if status == Status.OPEN:
        return may_reopen(actor, ticket)
    return denied(_("You can close your question or open it again."))


def may_be_assigned(user: User, queue: Queue) -> Decision:
    """Can this colleague take tickets of the queue?"""
    actor = actor_of(user.pk)
    if actor is not None and actor.is_agent and queue.pk in served_queue_ids(actor):
        return ALLOWED
    return denied(_("%(name)s does not serve this queue.") % {"name": user.person.name})


def may_confirm(actor: Actor, ticket: Ticket) -> Decision:
    return ALLOWED if isinstance(actor, TicketGuest) and actor.ticket_id == ticket.pk else NOT_YOURS


def _asked(actor: Actor, ticket: Ticket) -> bool:
    if isinstance(actor, TicketGuest):
        return actor.ticket_id == ticket.pk
    if not isinstance(actor, PersonActor):
        return False
    if ticket.requester_id == actor.person_id and ticket.identity_assurance == "acm_idm":
        return True
    same_address = actor.email_is_verified and ticket.requester.email_key == actor.email_key
    return same_address and ticket.identity_assurance in VERIFIED


def _in_time(ticket: Ticket) -> bool:
    return workflow.may_still_reopen(ticket.closed_at or ticket.resolved_at, timezone.now())


def _status_names(old: str, new: str) -> dict[str, str]:
    return {"old": str(Status(old).label), "new": str(Status(new).label)}
