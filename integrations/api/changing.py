"""From the body of a PATCH to what the service is asked to change."""

from typing import Any, cast

from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import PersonActor, ServiceActor
from helpdesk.accounts.models import User
from helpdesk.tickets import policies
from helpdesk.tickets.models import Queue, Status, Ticket
from helpdesk.tickets.services import Changes, Resolution
from integrations.api import bodies
from integrations.api.lookups import (
    application_called,
    category_called,
    colleague_with_id,
    organisation_called,
    queue_called,
)
from integrations.api.problems import FieldError, forbidden, unprocessable, wrong

_PLAIN = ("subject", "status", "impact", "urgency")
_LOOKED_UP = {
    "application": application_called,
    "category": category_called,
    "organisation": organisation_called,
    "queue": queue_called,
}


def changes_of(body: bodies.TicketChanges, *, ticket: Ticket, actor: PersonActor | ServiceActor) -> Changes:
    """Return the changes that were sent; what the caller may not change is refused before anything is looked up."""
    sent = body.model_fields_set
    for_desk = bool(policies.works_on(actor, ticket))
    if sent - {"status"} and not for_desk:
        raise forbidden(_("You can close your question or open it again."))
    changes: dict[str, Any] = {name: getattr(body, name) for name in _PLAIN if name in sent}
    changes |= {name: called(getattr(body, name)) for name, called in _LOOKED_UP.items() if name in sent}
    if "assignee" in sent:
        changes["assignee"] = _assignee(body.assignee, queue=changes.get("queue", ticket.queue), actor=actor)
    if "resolution" in sent:
        changes["resolution"] = Resolution(solved_by=body.resolution.solved_by, avoidable=body.resolution.avoidable)
    if for_desk and changes.get("status") == Status.RESOLVED:
        _require_lesson(changes, ticket)
    return cast("Changes", changes)


def _assignee(user_id: str | None, *, queue: Queue, actor: PersonActor | ServiceActor) -> User | None:
    if user_id is None:
        return None
    if user_id != "me":
        return colleague_with_id(user_id, queue)
    if isinstance(actor, ServiceActor):
        raise wrong("/assignee", _("An integration cannot be assigned a ticket. Give the id of a colleague."))
    return colleague_with_id(str(actor.user_id), queue)


def _require_lesson(changes: dict[str, Any], ticket: Ticket) -> None:
    """Name what is missing to resolve the ticket; the service checks it once more on the locked row."""
    errors = []
    if changes.get("category", ticket.category) is None:
        errors.append(FieldError("/category", _("Resolving needs a category.")))
    if "resolution" not in changes and (not ticket.solved_by or ticket.avoidable is None):
        errors.append(FieldError("/resolution", _("Say who solved it and whether it could have been avoided.")))
    if errors:
        raise unprocessable(*errors)
