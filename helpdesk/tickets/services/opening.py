"""A question comes in."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import Actor, PersonActor, ServiceActor, System
from helpdesk.accounts.models import Organisation, Person
from helpdesk.accounts.services import people_called
from helpdesk.catalogue.models import Application
from helpdesk.kernel.events import publish
from helpdesk.kernel.history import note_creation
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
from helpdesk.tickets.services.links import create_links
from helpdesk.tickets.services.writing import Written, write_messages

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
            return _open_tickets(actor=actor, asked={reference: new})[0].ticket
        except IntegrityError:
            if (earlier := _opened_before(new)) is not None:
                if _asks_the_same(earlier, new):
                    return earlier
                return open_ticket(actor=actor, new=replace(new, form_id=None))
            if not Ticket.objects.filter(reference=reference).exists():
                raise
    message = f"no free reference in {REFERENCE_TRIES} tries"
    raise RuntimeError(message)


def open_tickets(*, actor: Actor, new: Sequence[NewTicket]) -> list[Message]:
    """Open many at once, all or none of them; return the first message of each, in this order.

    IntegrityError when one of them was opened before or a reference is taken: then `open_ticket` knows what to do.
    """
    return _open_tickets(actor=actor, asked={new_reference(): each for each in new})


@service
def _open_tickets(*, actor: Actor, asked: Mapping[str, NewTicket]) -> list[Message]:
    new = list(asked.values())
    for each in new:
        require(policies.may_open(actor, on_behalf=_is_on_behalf(actor, each)))
    people, queues, now = _requesters(actor, new), _queues_for(new), timezone.now()
    tickets = [
        _ticket(actor, each, reference=reference, requester=person, queue=queue, now=now)
        for (reference, each), person, queue in zip(asked.items(), people, queues, strict=True)
    ]
    Ticket.objects.bulk_create(tickets)
    note_creation(Ticket, tickets)
    written = [_first_message(ticket, each) for ticket, each in zip(tickets, new, strict=True)]
    write_messages(written, uploaded_by=actor.code)
    create_links(tickets)
    TicketLink.objects.bulk_create(
        TicketLink(source=ticket, target=each.relates_to, kind=TicketLink.Kind.RELATES_TO)
        for ticket, each in zip(tickets, new, strict=True)
        if each.relates_to is not None
    )
    publish(*(TicketOpened(ticket_id=ticket.pk, queue_id=ticket.queue_id, seq=1) for ticket in tickets))
    return [each.message for each in written]


def _ticket(actor: Actor, new: NewTicket, *, reference: str, requester: Person, queue: Queue, now: datetime) -> Ticket:
    priority = workflow.priority_of(new.impact, new.urgency)
    return Ticket(
        reference=reference,
        form_id=new.form_id,
        subject=clean_subject(new.subject),
        ticket_type=new.ticket_type,
        impact=new.impact,
        urgency=new.urgency,
        priority=priority,
        priority_rank=workflow.RANKS[priority],
        channel=new.channel,
        identity_assurance=_assurance(actor, new),
        vouched_reason=new.vouched_reason,
        requester=requester,
        organisation=new.organisation,
        organisation_is_proven=_is_proven(actor, new),
        organisation_claim=new.organisation_claim,
        application=new.application,
        queue=queue,
        created_at=now,
        updated_at=now,
        public_updated_at=now,
        last_message_at=now,
        last_direction=Message.Direction.INBOUND,
        last_seq=1,
        message_count=1,
        public_message_count=1,
    )


def _first_message(ticket: Ticket, new: NewTicket) -> Written:
    message = Message(
        ticket=ticket,
        seq=1,
        kind=Message.Kind.PUBLIC_REPLY,
        direction=Message.Direction.INBOUND,
        channel=new.channel,
        author=ticket.requester,
        author_role=Message.AuthorRole.REQUESTER,
        created_at=ticket.created_at,
    )
    return Written(message=message, text=clean_body(new.body), uploads=new.uploads, mail=new.mail)


def _opened_before(new: NewTicket) -> Ticket | None:
    return Ticket.objects.filter(form_id=new.form_id).first() if new.form_id else None


def _asks_the_same(earlier: Ticket, new: NewTicket) -> bool:
    """Whether the form was only sent again; a browser may have given its number to other words."""
    first = earlier.messages.select_related("body").get(seq=1)
    return (earlier.subject, first.body.text) == (clean_subject(new.subject), clean_body(new.body))


def _is_on_behalf(actor: Actor, new: NewTicket) -> bool:
    return isinstance(actor, PersonActor | ServiceActor) and new.requester is not None


def _requesters(actor: Actor, new: Sequence[NewTicket]) -> list[Person]:
    """Return who asks: whoever is named, else who is signed in."""
    named = [each.requester for each in new if each.requester is not None]
    people = iter(people_called(named))
    return [_person_behind(actor) if each.requester is None else next(people) for each in new]


def _person_behind(actor: Actor) -> Person:
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


def _queues_for(new: Sequence[NewTicket]) -> list[Queue]:
    routes = [_route_of(each.application) for each in new]
    others = Queue.objects.get(is_default=True) if None in routes else None
    return [route.queue if route is not None else cast("Queue", others) for route in routes]


def _route_of(application: Application | None) -> QueueRoute | None:
    """Return where questions about it go; without a query when the application was read together with its route."""
    if application is None:
        return None
    if Application._meta.get_field("route").is_cached(application):  # noqa: SLF001 - Django's documented API
        return getattr(application, "route", None)
    return QueueRoute.objects.select_related("queue").filter(application=application).first()
