"""The `/t/` link: a way to one ticket for whoever holds the requester's mailbox."""

import secrets
from collections.abc import Iterable

from django.utils import timezone

from helpdesk.accounts.actors import Actor, System
from helpdesk.kernel.policy import require
from helpdesk.kernel.services import service
from helpdesk.kernel.tokens import derived_token, hash_token
from helpdesk.tickets import policies, workflow
from helpdesk.tickets.models import AccessLink, MessageDelivery, Ticket
from helpdesk.tickets.services.deliveries import Owed, owe_automatic_mail
from helpdesk.tickets.services.locking import locked

PURPOSE = "access-link"
NONCE_BYTES = 16


def create_links(tickets: Iterable[Ticket]) -> None:
    """Make for each ticket a link for its requester."""
    AccessLink.objects.bulk_create(_new_link(ticket) for ticket in tickets)


def _new_link(ticket: Ticket) -> AccessLink:
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    token = derived_token(PURPOSE, nonce)
    return AccessLink(ticket=ticket, person=ticket.requester, nonce=nonce, token_hash=hash_token(token))


def token_of(link: AccessLink) -> str:
    """Return the token to put in a mail; it exists nowhere else."""
    return derived_token(PURPOSE, link.nonce)


@service
def renew_link(*, actor: System, reference: str, email: str) -> None:
    """Mail a new link when the reference and the address belong together; the asker cannot tell whether they do."""
    ticket = Ticket.objects.filter(reference=reference, requester__email_key=email.lower()).first()
    if ticket is None or workflow.link_is_over(ticket.closed_at, timezone.now()):
        return
    ticket = locked(ticket)
    first = ticket.messages.get(seq=1)
    owed = Owed(message=first, person=ticket.requester, purpose=MessageDelivery.Purpose.NEW_LINK)
    (mail,) = owe_automatic_mail([owed])
    if mail.state != MessageDelivery.State.HELD:
        create_links([ticket])


@service
def revoke_links(*, actor: Actor, ticket: Ticket) -> int:
    """Close every link to the ticket; return how many were open."""
    require(policies.works_on(actor, ticket))
    return ticket.access_links.filter(revoked_at=None).update(revoked_at=timezone.now())
