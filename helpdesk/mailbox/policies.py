"""Who may see and handle incoming mail; what became a message is as visible as its ticket, its source more strictly."""

from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import Actor, PersonActor, System
from helpdesk.accounts.policies import may_administer
from helpdesk.kernel.policy import ALLOWED, NOT_YOURS, Decision, denied
from helpdesk.mailbox.models import InboundMail
from helpdesk.tickets import policies as ticket_policies
from helpdesk.tickets.querysets import served_queue_ids
from helpdesk.tickets.selectors import default_queue_id


def may_read_source(actor: Actor, mail: InboundMail) -> Decision:
    """May the actor see the headers and the bytes of a mail, with all it says about its sender's systems?"""
    if mail.ticket is not None:
        return ticket_policies.works_on(actor, mail.ticket)
    return may_handle_unread(actor)


def may_handle_unread(actor: Actor) -> Decision:
    """May the actor see mail that could not be read? Who serves the queue it would have come to, and administrators."""
    if isinstance(actor, System) or (isinstance(actor, PersonActor) and actor.is_admin):
        return ALLOWED
    if isinstance(actor, PersonActor) and actor.is_agent and default_queue_id() in served_queue_ids(actor):
        return ALLOWED
    return NOT_YOURS


def may_process_again(actor: Actor, mail: InboundMail) -> Decision:
    """May the actor have this mail read once more?"""
    if may_administer(actor):
        return ALLOWED
    if mail.state != InboundMail.State.UNPROCESSABLE:
        return denied(_("Only an administrator can have mail read again that was read already."))
    return may_read_source(actor, mail)
