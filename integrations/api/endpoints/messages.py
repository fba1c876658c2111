"""Messages of a ticket: read them, write one."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from helpdesk.accounts.actors import PersonActor, ServiceActor
from helpdesk.kernel.keyset import page_of
from helpdesk.kernel.policy import RefusedError
from helpdesk.tickets import policies
from helpdesk.tickets.models import Attachment, Channel, Message, MessageDelivery, Ticket
from helpdesk.tickets.querysets import MessageQuerySet
from helpdesk.tickets.selectors import ticket_called
from helpdesk.tickets.services import NewMessage, add_note, change_ticket, reply_to_ticket
from integrations.api import bodies, shapes
from integrations.api.answers import bytes_of, created_answer, list_answer, next_url_of
from integrations.api.bearer import ApiRequest, Bearer
from integrations.api.problems import forbidden, wrong
from integrations.api.representations import message_shape
from integrations.api.services import Created, create_once

router = Router(tags=["Messages"])


@router.get(
    "/{reference}/messages", auth=Bearer("tickets:read"), response=shapes.MessageList, summary="Read the messages"
)
def list_messages(request: ApiRequest, reference: str, paging: Query[bodies.Paging]) -> HttpResponse:
    """List the messages, oldest first; internal notes only for who works on the ticket."""
    actor = request.auth.actor
    ticket = ticket_called(actor, reference)
    for_desk = bool(policies.works_on(actor, ticket))
    visible = _with_parts(Message.objects.visible_to(actor).filter(ticket=ticket), for_desk=for_desk)
    page = page_of(visible, order=("seq",), limit=paging.limit, cursor=paging.cursor)
    items = [message_shape(message, reference=ticket.reference, for_desk=for_desk) for message in page.rows]
    next_url = next_url_of(request, page.next_cursor)
    return list_answer(shapes.MessageList(items=items, next=next_url), next_url)


@router.post(
    "/{reference}/messages",
    auth=Bearer("tickets:write"),
    response={201: shapes.Message},
    summary="Reply, or add a note",
)
def create_message(request: ApiRequest, reference: str, new: bodies.NewMessage) -> HttpResponse:
    """Write a public reply or, for who works on the ticket, an internal note; with `status` both in one step."""
    actor = request.auth.actor
    ticket = ticket_called(actor, reference)
    created = create_once(
        request, caller=actor.code, content=bytes_of(new), effect=lambda: _written(new, ticket=ticket, actor=actor)
    )
    return created_answer(created.body, replayed=created.replayed)


def _written(new: bodies.NewMessage, *, ticket: Ticket, actor: PersonActor | ServiceActor) -> Created:
    """Write the message inside the caller's transaction and return the answer."""
    _require_uploaded(new.attachment_ids, ticket=ticket, actor=actor)
    for_desk = bool(policies.works_on(actor, ticket))
    try:
        message = _write(new, ticket=ticket, actor=actor, for_desk=for_desk)
    except RefusedError as refusal:
        if for_desk:
            raise wrong("/status" if new.status else "", str(refusal)) from refusal
        raise forbidden(str(refusal)) from refusal
    whole = _with_parts(Message.objects.filter(pk=message.pk), for_desk=for_desk).get()
    return Created(bytes_of(message_shape(whole, reference=ticket.reference, for_desk=for_desk)))


def _write(new: bodies.NewMessage, *, ticket: Ticket, actor: PersonActor | ServiceActor, for_desk: bool) -> Message:
    content = NewMessage(
        body=new.body, attachments=new.attachment_ids, channel=Channel.API, status=new.status if for_desk else None
    )
    if new.kind == "internal_note":
        return add_note(actor=actor, ticket=ticket, new=content)
    message = reply_to_ticket(actor=actor, ticket=ticket, new=content)
    if new.status and not for_desk:
        change_ticket(actor=actor, ticket=ticket, status=new.status)
    return message


def _require_uploaded(ids: Sequence[UUID], *, ticket: Ticket, actor: PersonActor | ServiceActor) -> None:
    if not ids:
        return
    uploaded = Attachment.objects.filter(pk__in=ids, ticket=ticket, message=None, uploaded_by=actor.code)
    if uploaded.count() != len(set(ids)):
        raise wrong("/attachment_ids", _("An attachment is not there, or belongs to another message."))


def _with_parts(messages: MessageQuerySet, *, for_desk: bool) -> MessageQuerySet:
    messages = messages.select_related("body", "author").prefetch_related("attachments")
    if for_desk:
        messages = messages.prefetch_related(Prefetch("deliveries", MessageDelivery.objects.order_by("id")))
    return messages
