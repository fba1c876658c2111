"""A question comes in."""

import uuid
from dataclasses import dataclass, replace

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import Actor, PersonActor, ServiceActor, System
from helpdesk.accounts.models import Organisation, Person
from helpdesk.accounts.services import person_called
from helpdesk.catalogue.models import Application
from helpdesk.kernel.events import publish
from helpdesk.kernel.policy import RefusedError, denied, require
from helpdesk.kernel.services import service
from helpdesk.tickets import policies, workflow
from helpdesk.tickets.content import PLAIN, MailContent, Upload, clean_body, clean_subject
from helpdesk.tickets.events import TicketOpened
from helpdesk.tickets.models import (
    Assurance,
    Channel,
    Level,
    Message,
    Queue,
    QueueRoute,
    Ticket,
    TicketLink,
    TicketType,
)
from helpdesk.tickets.reference import new_reference
from helpdesk.tickets.services.links import create_link
from helpdesk.tickets.services.writing import write_message

REFERENCE_TRIES = 5


@dataclass(frozen=True, kw_only=True)
class NewTicket:
    """What is asked. `requester` is name and address of the person who asks; for a signed-in official None."""

    subject: str
    body: str
    channel: str = Channel.WEB
    requester: tuple[str, str] | None = None
    organisation: Organisation | None = None
    organisation_claim: str = ""
    application: Application | None = None
    ticket_type: str = TicketType.QUESTION
    impact: str = Level.LOW
    urgency: str = Level.MEDIUM
    vouched_reason: str = ""
    uploads: tuple[Upload, ...] = ()
    # Whoever asks proved to hold the address; only the product itself can know.
    address_is_verified: bool = False
    # The ticket whose thread this would have come in, had it been sent by somebody else.
    relates_to: Ticket | None = None
    mail: MailContent = PLAIN
    # Makes sending the same form twice harmless.
    form_id: uuid.UUID | None = None


def open_ticket(*, actor: Actor, new: NewTicket) -> Ticket:
    """Write the ticket, its first message and its access link, and publish `TicketOpened`.

    A form that was sent before gives the ticket it made. A reference that is taken already (one in a thousand at a
    million tickets) costs another try.
    """
    for _attempt in range(REFERENCE_TRIES):
        reference = new_reference()
        try:
            return _open_ticket(actor=actor, new=new, reference=reference)
        except IntegrityError:
            if (earlier := _opened_before(new)) is not None:
                if _asks_the_same(earlier, new):
                    return earlier
                return open_ticket(actor=actor, new=replace(new, form_id=None))
            if not Ticket.objects.filter(reference=reference).exists():
                raise
    message = f"no free reference in {REFERENCE_TRIES} tries"
    raise RuntimeError(message)


@service
def _open_ticket(*, actor: Actor, new: NewTicket, reference: str) -> Ticket:
    require(policies.may_open(actor, on_behalf=_is_on_behalf(actor, new)))
    requester = _requester(actor, new)
    ticket = Ticket(
        reference=reference,
        form_id=new.form_id,
        subject=clean_subject(new.subject),
        ticket_type=new.ticket_type,
        impact=new.impact,
        urgency=new.urgency,
        priority=workflow.priority_of(new.impact, new.urgency),
        channel=new.channel,
        identity_assurance=_assurance(actor, new),
        vouched_reason=new.vouched_reason,
        requester=requester,
        organisation=new.organisation,
        organisation_is_proven=_is_proven(actor, new),
        organisation_claim=new.organisation_claim,
        application=new.application,
        queue=_queue_for(new.application),
    )
    ticket.priority_rank = workflow.RANKS[ticket.priority]
    now = timezone.now()
    ticket.created_at = ticket.last_message_at = ticket.updated_at = ticket.public_updated_at = now
    ticket.last_direction = Message.Direction.INBOUND
    ticket.last_seq = ticket.message_count = ticket.public_message_count = 1
    ticket.save(force_insert=True)
    write_message(
        Message(
            ticket=ticket,
            seq=1,
            kind=Message.Kind.PUBLIC_REPLY,
            direction=Message.Direction.INBOUND,
            channel=new.channel,
            author=requester,
            author_role=Message.AuthorRole.REQUESTER,
            created_at=now,
        ),
        text=clean_body(new.body),
        uploads=new.uploads,
        uploaded_by=actor.code,
        mail=new.mail,
    )
    create_link(ticket, requester)
    if new.relates_to is not None:
        TicketLink.objects.create(source=ticket, target=new.relates_to, kind=TicketLink.Kind.RELATES_TO)
    publish(TicketOpened(ticket_id=ticket.pk, queue_id=ticket.queue_id, seq=1))
    return ticket


def _opened_before(new: NewTicket) -> Ticket | None:
    return Ticket.objects.filter(form_id=new.form_id).first() if new.form_id else None


def _asks_the_same(earlier: Ticket, new: NewTicket) -> bool:
    """Whether the form was only sent again; a browser may have given its number to other words."""
    first = earlier.messages.select_related("body").get(seq=1)
    return (earlier.subject, first.body.text) == (clean_subject(new.subject), clean_body(new.body))


def _is_on_behalf(actor: Actor, new: NewTicket) -> bool:
    return isinstance(actor, PersonActor | ServiceActor) and new.requester is not None


def _requester(actor: Actor, new: NewTicket) -> Person:
    if new.requester is not None:
        name, email = new.requester
        return person_called(name=name, email=email)
    if isinstance(actor, PersonActor):
        return Person.objects.get(pk=actor.person_id)
    raise RefusedError(denied(_("Say who asks: a name and an e-mail address.")))


def _assurance(actor: Actor, new: NewTicket) -> str:
    if new.requester is None:
        return Assurance.ACM_IDM
    if actor.is_agent and new.vouched_reason:
        return Assurance.VOUCHED
    if isinstance(actor, System) and new.address_is_verified:
        return Assurance.MAIL_VERIFIED
    return Assurance.UNVERIFIED


def _is_proven(actor: Actor, new: NewTicket) -> bool:
    if new.organisation is None or new.requester is not None or not isinstance(actor, PersonActor):
        return False
    return new.organisation.pk in actor.organisation_ids


def _queue_for(application: Application | None) -> Queue:
    if application is not None:
        route = _route_of(application)
        if route is not None:
            return route.queue
    return Queue.objects.get(is_default=True)


def _route_of(application: Application) -> QueueRoute | None:
    """Return where questions about it go; without a query when the application was read together with its route."""
    if Application._meta.get_field("route").is_cached(application):  # noqa: SLF001 - Django's documented API
        return getattr(application, "route", None)
    return QueueRoute.objects.select_related("queue").filter(application=application).first()
