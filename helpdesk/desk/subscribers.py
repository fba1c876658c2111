"""Tells the open pages of agents that a ticket changed, or that what they may see did."""

from typing import Any

from helpdesk.accounts.events import AccessChanged
from helpdesk.kernel.live import push
from helpdesk.tickets.events import DeliveryFailed, MessagePosted, TicketChanged, TicketOpened
from helpdesk.tickets.models import Ticket


def queue_group(queue_id: int) -> str:
    return f"desk.queue.{queue_id}"


def user_group(user_id: int) -> str:
    return f"user.{user_id}"


def push_tickets(events: list[TicketOpened | MessagePosted | TicketChanged | DeliveryFailed]) -> None:
    """Tell who serves the queue of each ticket, and who served the queue it came from, of the newest change."""
    newest: dict[tuple[int, int], int] = {}
    for event in events:
        for queue_id in _queues_of(event):
            newest[event.ticket_id, queue_id] = max(event.seq, newest.get((event.ticket_id, queue_id), 0))
    # Read here once, not by every page that listens.
    tickets = Ticket.objects.filter(pk__in={event.ticket_id for event in events})
    now = {pk: (reference, queue_id) for pk, reference, queue_id in tickets.values_list("pk", "reference", "queue_id")}
    push((queue_group(queue_id), _news(*now[pk], queue_id, seq)) for (pk, queue_id), seq in newest.items())


def _queues_of(event: TicketOpened | MessagePosted | TicketChanged | DeliveryFailed) -> set[int]:
    return {event.queue_id, event.previous_queue_id} if isinstance(event, TicketChanged) else {event.queue_id}


def _news(reference: str, now_in: int, queue_id: int, seq: int) -> dict[str, Any]:
    return {"type": "ticket.changed", "reference": reference, "seq": seq, "now_in": now_in, "queue_id": queue_id}


def push_access(event: AccessChanged) -> None:
    """Let the open pages of a user ask again what they may see."""
    push([(user_group(event.user_id), {"type": "access.changed"})])
