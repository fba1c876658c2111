from helpdesk.accounts.actors import System
from helpdesk.submissions.links import submissions_in
from helpdesk.submissions.services import link_submissions
from helpdesk.tickets.events import MessagePosted, TicketOpened
from helpdesk.tickets.models import Message


def link_pasted_submissions(event: TicketOpened | MessagePosted) -> None:
    """A submission address in a message becomes a link on the ticket."""
    message = Message.objects.select_related("ticket", "body").get(ticket_id=event.ticket_id, seq=event.seq)
    if found := submissions_in(message.body.text):
        link_submissions(actor=System(), ticket=message.ticket, submissions=found)
