"""Messages: the requester's words, the desk's answers and its notes."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import Actor, PersonActor, System, TicketGuest
from helpdesk.kernel.events import publish
from helpdesk.kernel.policy import RefusedError, denied, require
from helpdesk.kernel.services import Precondition, service
from helpdesk.tickets import policies, workflow
from helpdesk.tickets.content import PLAIN, MailContent, Upload, clean_body
from helpdesk.tickets.events import FilesAttached, MessagePosted
from helpdesk.tickets.models import Attachment, Channel, Message, MessageBody, MessageDelivery, Ticket
from helpdesk.tickets.services.articles import count_articles
from helpdesk.tickets.services.confirming import verify_address
from helpdesk.tickets.services.deliveries import queue_mail
from helpdesk.tickets.services.locking import locked
from helpdesk.tickets.services.moments import moment_on
from helpdesk.tickets.services.statuses import set_status


@dataclass(frozen=True, kw_only=True)
class NewMessage:
    """A message to be written. `attachments` were uploaded before; `client_id` makes a resend harmless."""

    body: str
    uploads: Iterable[Upload] = ()
    attachments: Iterable[uuid.UUID] = ()
    channel: str = Channel.WEB
    client_id: uuid.UUID | None = None
    status: str | None = None
    mail: MailContent = PLAIN


@service
def reply_to_ticket(
    *, actor: Actor, ticket: Ticket, new: NewMessage, precondition: Precondition | None = None
) -> Message:
    """Add a public message; an agent's is mailed to the requester. The status follows who wrote, or is `new.status`.

    `precondition` sees the ticket locked and may object.
    """
    ticket = locked(ticket)
    require(policies.may_reply(actor, ticket))
    earlier, new = _sent_before(ticket, new)
    if earlier is not None:
        return earlier
    if precondition is not None:
        precondition(ticket)
    if policies.works_on(actor, ticket):
        return _answer(actor, ticket, new)
    return _ask_on(actor, ticket, new)


@service
def add_note(*, actor: Actor, ticket: Ticket, new: NewMessage) -> Message:
    """Add an internal note, which only those who work on the ticket ever see."""
    ticket = locked(ticket)
    require(policies.may_note(actor, ticket))
    earlier, new = _sent_before(ticket, new)
    if earlier is not None:
        return earlier
    if new.status is not None:
        require(policies.may_move_to_status(actor, ticket, new.status))
    return _post(actor, ticket, new, kind=Message.Kind.INTERNAL_NOTE, status=new.status or ticket.status)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A message that is not in the database yet, and what it says."""

    message: Message
    text: str
    uploads: tuple[Upload, ...] = ()
    mail: MailContent = PLAIN


def write_messages(written: Sequence[Written], *, uploaded_by: str) -> None:
    """Write the rows of messages; the caller counts them on their tickets."""
    for each in written:
        each.message.is_unverified, each.message.is_automatic = each.mail.is_unverified, each.mail.is_automatic
    Message.objects.bulk_create(each.message for each in written)
    MessageBody.objects.bulk_create(
        MessageBody(message=each.message, text=each.text, **columns_of(each.mail)) for each in written
    )
    for each in written:
        attach(each.message, each.uploads, uploaded_by)


def columns_of(mail: MailContent) -> dict[str, Any]:
    return {"html": mail.html, "folds": list(mail.folds), "headers": list(mail.headers)}


def attach(message: Message, uploads: Iterable[Upload], uploaded_by: str) -> None:
    """Write the rows of files that came with a message."""
    written = Attachment.objects.bulk_create(
        Attachment(
            ticket_id=message.ticket_id,
            message=message,
            uploaded_by=uploaded_by,
            filename=upload.filename,
            content_type=upload.content_type,
            size=upload.size,
            sha256=upload.sha256,
            content_id=upload.content_id,
        )
        for upload in uploads
    )
    if written:
        publish(FilesAttached(ticket_id=message.ticket_id, message_id=message.pk))


def _sent_before(ticket: Ticket, new: NewMessage) -> tuple[Message | None, NewMessage]:
    """Return the message a first click of the form wrote; other words under its number are another message."""
    if new.client_id is None:
        return None, new
    earlier = Message.objects.select_related("body").filter(ticket=ticket, client_id=new.client_id).first()
    if earlier is None:
        return None, new
    return (earlier, new) if earlier.body.text == clean_body(new.body) else (None, replace(new, client_id=None))


def _answer(actor: Actor, ticket: Ticket, new: NewMessage) -> Message:
    status = new.status or workflow.status_after_agent_wrote(ticket.status)
    if status != ticket.status:
        require(policies.may_move_to_status(actor, ticket, status))
    message = _post(actor, ticket, new, kind=Message.Kind.PUBLIC_REPLY, status=status)
    count_articles(actor, message, new.body)
    queue_mail(message=message, person=ticket.requester, purpose=MessageDelivery.Purpose.REPLY)
    return message


def _ask_on(actor: Actor, ticket: Ticket, new: NewMessage) -> Message:
    if new.mail.is_unverified or new.mail.is_automatic:
        # Words of somebody who may be anybody, or of a machine: they are shown, and move nothing.
        return _post(actor, ticket, new, kind=Message.Kind.PUBLIC_REPLY, status=ticket.status)
    if isinstance(actor, TicketGuest):
        verify_address(ticket)
    status = workflow.status_after_requester_wrote(ticket.status)
    return _post(actor, ticket, new, kind=Message.Kind.PUBLIC_REPLY, status=status)


def _post(actor: Actor, ticket: Ticket, new: NewMessage, *, kind: str, status: str) -> Message:
    message = Message(
        ticket=ticket,
        seq=ticket.last_seq + 1,
        client_id=new.client_id,
        kind=kind,
        direction=_direction(actor, ticket, kind),
        channel=new.channel,
        author_id=actor.person_id if isinstance(actor, PersonActor | TicketGuest) else None,
        author_role=_role(actor, ticket),
        created_at=moment_on(ticket),
    )
    written = Written(message=message, text=clean_body(new.body), uploads=tuple(new.uploads), mail=new.mail)
    write_messages([written], uploaded_by=actor.code)
    _take_uploaded(actor, message, tuple(new.attachments))
    _count(ticket, message, status)
    publish(
        MessagePosted(
            ticket_id=ticket.pk,
            message_id=message.pk,
            queue_id=ticket.queue_id,
            seq=message.seq,
            is_internal=message.is_internal,
        )
    )
    return message


def _direction(actor: Actor, ticket: Ticket, kind: str) -> str:
    if kind == Message.Kind.INTERNAL_NOTE:
        return Message.Direction.INTERNAL
    return Message.Direction.OUTBOUND if policies.works_on(actor, ticket) else Message.Direction.INBOUND


def _role(actor: Actor, ticket: Ticket) -> str:
    if isinstance(actor, System):
        return Message.AuthorRole.SYSTEM
    return Message.AuthorRole.AGENT if policies.works_on(actor, ticket) else Message.AuthorRole.REQUESTER


def _take_uploaded(actor: Actor, message: Message, ids: tuple[uuid.UUID, ...]) -> None:
    if not ids:
        return
    uploaded = Attachment.objects.filter(pk__in=ids, ticket=message.ticket, message=None, uploaded_by=actor.code)
    if uploaded.update(message=message) != len(set(ids)):
        raise RefusedError(denied(_("An attachment is not there, or belongs to another message.")))
    publish(FilesAttached(ticket_id=message.ticket_id, message_id=message.pk))


def _count(ticket: Ticket, message: Message, status: str) -> None:
    """Bring the ticket's own columns up to date; a history row only when its status changed."""
    counters: dict[str, Any] = {
        "last_seq": message.seq,
        "message_count": ticket.message_count + 1,
        "updated_at": message.created_at,
    }
    if not message.is_internal:
        counters |= {
            "public_message_count": ticket.public_message_count + 1,
            "last_message_at": message.created_at,
            "last_direction": message.direction,
            "public_updated_at": message.created_at,
        }
    for column, value in counters.items():
        setattr(ticket, column, value)
    if status != ticket.status:
        set_status(ticket, status)
        ticket.save()
        return
    Ticket.objects.filter(pk=ticket.pk).update(**counters)
