"""Reading links to submissions."""

from django.db.models import QuerySet

from helpdesk.kernel.questions import asked_often
from helpdesk.submissions.models import SubmissionLink


def links_of(ticket_id: int) -> list[SubmissionLink]:
    """Return the submissions a ticket is about, for who may see the ticket."""
    return _links(ticket=ticket_id)


@asked_often
def _links(*, ticket: int) -> QuerySet[SubmissionLink]:
    return SubmissionLink.objects.filter(ticket=ticket)
