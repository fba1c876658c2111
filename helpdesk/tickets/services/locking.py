from helpdesk.tickets.models import Ticket


def locked(ticket: Ticket) -> Ticket:
    """Return the ticket as it is now, held until the transaction ends."""
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("requester", "queue")
    return rows.get(pk=ticket.pk)
