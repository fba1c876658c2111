"""From the body of a POST to a ticket with its submissions."""

from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import PersonActor, ServiceActor, System
from helpdesk.submissions.links import Submission, submissions_in
from helpdesk.submissions.models import SubmissionLink
from helpdesk.submissions.services import link_submissions
from helpdesk.tickets.services import NewTicket, open_ticket
from integrations.api import bodies
from integrations.api.answers import bytes_of
from integrations.api.lookups import application_called, organisation_called
from integrations.api.problems import FieldError, forbidden, unprocessable, wrong
from integrations.api.representations import address_of, ticket_shape
from integrations.api.services import Created


def open_from(new: bodies.NewTicket, *, actor: PersonActor | ServiceActor) -> Created:
    """Open the ticket inside the caller's transaction and return the answer."""
    submissions = _submissions(new)
    ticket = open_ticket(actor=actor, new=_ticket_of(new, actor))
    # Not as the actor: what an agent asks for somebody may belong to a queue of another team.
    link_submissions(actor=System(), ticket=ticket, submissions=submissions)
    links = [SubmissionLink(ticket=ticket, uri=found.uri, url=found.url) for found in submissions]
    # Just opened, a ticket looks the same to the desk and to who asked it.
    shape = ticket_shape(ticket, for_desk=False, submissions=links)
    return Created(bytes_of(shape), location=address_of(f"/tickets/{ticket.reference}"))


def _ticket_of(new: bodies.NewTicket, actor: PersonActor | ServiceActor) -> NewTicket:
    return NewTicket(
        subject=new.subject,
        body=new.body,
        channel=new.channel,
        requester=_requester(new, actor),
        organisation=organisation_called(new.organisation),
        application=application_called(new.application),
        ticket_type=new.ticket_type,
        impact=new.impact,
        urgency=new.urgency,
    )


def _requester(new: bodies.NewTicket, actor: PersonActor | ServiceActor) -> tuple[str, str] | None:
    if new.requester is not None:
        if not actor.is_agent:
            raise forbidden(_("Only the contact point can ask a question in somebody else's name."))
        return new.requester.name, new.requester.email
    if isinstance(actor, ServiceActor):
        raise wrong("/requester", _("Say who asks: a name and an e-mail address."))
    return None


def _submissions(new: bodies.NewTicket) -> list[Submission]:
    """Return each submission once, or refuse what names none."""
    errors: list[FieldError] = []
    found: dict[str, Submission] = {}
    for position, text in enumerate(new.submissions):
        named = submissions_in(text)
        if len(named) != 1 or " " in text:
            errors.append(FieldError(f"/submissions/{position}", _("This is no address of a submission.")))
        else:
            found.setdefault(named[0].uri, named[0])
    if errors:
        raise unprocessable(*errors)
    return list(found.values())
