"""What happened to tickets. `queue_id` is where the ticket is now; `previous_queue_id` where it came from."""

from dataclasses import dataclass
from typing import ClassVar

from helpdesk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class TicketOpened(Event):
    name: ClassVar[str] = "ticket.opened"
    ticket_id: int
    queue_id: int
    seq: int


@dataclass(frozen=True, kw_only=True)
class MessagePosted(Event):
    name: ClassVar[str] = "ticket.message_posted"
    ticket_id: int
    message_id: int
    queue_id: int
    seq: int
    is_internal: bool


@dataclass(frozen=True, kw_only=True)
class FilesAttached(Event):
    name: ClassVar[str] = "ticket.files_attached"
    ticket_id: int
    message_id: int


@dataclass(frozen=True, kw_only=True)
class TicketChanged(Event):
    name: ClassVar[str] = "ticket.changed"
    ticket_id: int
    queue_id: int
    previous_queue_id: int
    seq: int
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class TicketsReleased(Event):
    """Tickets up to this one went back from somebody to their queues; others may still have to."""

    name: ClassVar[str] = "ticket.released"
    user_id: int
    last_ticket_id: int


@dataclass(frozen=True, kw_only=True)
class TicketsFoundAnew(Event):
    """Tickets up to this one, of persons or administrations with another name, are found by it; others not yet."""

    name: ClassVar[str] = "ticket.found_anew"
    kind: str
    object_ids: list[int]
    last_ticket_id: int


@dataclass(frozen=True, kw_only=True)
class DeliveryQueued(Event):
    name: ClassVar[str] = "ticket.delivery_queued"
    delivery_id: int


@dataclass(frozen=True, kw_only=True)
class DeliveryFailed(Event):
    name: ClassVar[str] = "ticket.delivery_failed"
    delivery_id: int
    ticket_id: int
    queue_id: int
    seq: int
