from collections.abc import Iterable

from helpdesk.accounts.actors import Actor
from helpdesk.kernel.policy import require
from helpdesk.kernel.services import service
from helpdesk.submissions.links import Submission
from helpdesk.submissions.models import SubmissionLink
from helpdesk.tickets import policies
from helpdesk.tickets.models import Ticket


@service
def link_submissions(*, actor: Actor, ticket: Ticket, submissions: Iterable[Submission]) -> None:
    """Put links to submissions on the ticket; one that is there already stays as it is."""
    require(policies.may_view(actor, ticket))
    SubmissionLink.objects.bulk_create(
        [SubmissionLink(ticket=ticket, uri=submission.uri, url=submission.url) for submission in submissions],
        ignore_conflicts=True,
    )
