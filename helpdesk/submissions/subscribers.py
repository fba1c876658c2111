from helpdesk.accounts.actors import System
from helpdesk.submissions.links import EVERY_ONE_HOLDS, submissions_in
from helpdesk.submissions.services import link_submissions
from helpdesk.tickets.events import MessagePosted, TicketOpened
from helpdesk.tickets.models import Message


def link_pasted_submissions(events: list[TicketOpened | MessagePosted]) -> None:
    """A submission address in a message becomes a link on the ticket."""
    told = {(event.ticket_id, event.seq) for event in events}
    messages = Message.objects.filter(ticket__in={pk for pk, _seq in told}, seq__in={seq for _pk, seq in told})
    # Few texts name one, so the database looks first.
    for message in messages.filter(body__text__icontains=EVERY_ONE_HOLDS).select_related("ticket", "body"):
        found = submissions_in(message.body.text) if (message.ticket_id, message.seq) in told else []
        if found:
            link_submissions(actor=System(), ticket=message.ticket, submissions=found)
