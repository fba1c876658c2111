"""Tells the open pages of agents that a ticket changed, or that what they may see did."""

from helpdesk.accounts.events import AccessChanged
from helpdesk.kernel.live import push
from helpdesk.tickets.events import DeliveryFailed, MessagePosted, TicketChanged, TicketOpened
from helpdesk.tickets.models import Ticket


def queue_group(queue_id: int) -> str:
    return f"desk.queue.{queue_id}"


def user_group(user_id: int) -> str:
    return f"user.{user_id}"


def push_ticket(event: TicketOpened | MessagePosted | TicketChanged | DeliveryFailed) -> None:
    """Tell who serves the ticket's queue, and who served the queue it came from."""
    queue_ids = {event.queue_id}
    if isinstance(event, TicketChanged):
        queue_ids.add(event.previous_queue_id)
    reference, now_in = Ticket.objects.values_list("reference", "queue_id").get(pk=event.ticket_id)
    # Read here once, not by every page that listens.
    news = {"type": "ticket.changed", "reference": reference, "seq": event.seq, "now_in": now_in}
    for queue_id in sorted(queue_ids):
        push([queue_group(queue_id)], {**news, "queue_id": queue_id})


def push_access(event: AccessChanged) -> None:
    """Let the open pages of a user ask again what they may see."""
    push([user_group(event.user_id)], {"type": "access.changed"})
