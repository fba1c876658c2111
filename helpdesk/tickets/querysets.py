"""What an actor may see: every list of tickets, messages and attachments starts here."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from helpdesk.accounts.actors import Actor, PersonActor, ServiceActor, System, TicketGuest
from helpdesk.accounts.models import Person, Team

if TYPE_CHECKING:
    from helpdesk.tickets.models import Attachment, Message, Ticket  # noqa: F401 - the managers' models

FINISHED = ("resolved", "closed")
WAITING = ("waiting_requester", "waiting_local_manager", "waiting_second_line", "waiting_vendor")
# From here on we know that the requester holds the address.
VERIFIED = ("mail_verified", "vouched", "acm_idm")
INTERNAL = "internal_note"


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, actor: Actor) -> "TicketQuerySet":
        return self.filter(_tickets_of(actor))

    def open(self) -> "TicketQuerySet":
        return self.exclude(status__in=FINISHED)

    def waiting(self) -> "TicketQuerySet":
        return self.filter(status__in=WAITING)


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, actor: Actor) -> "MessageQuerySet":
        """Messages of tickets the actor may see; internal notes only for those who work on the ticket."""
        working = _worked_on_by(actor, "ticket__")
        return self.filter(working | (_asked_by(actor, "ticket__") & ~Q(kind=INTERNAL)))


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, actor: Actor) -> "AttachmentQuerySet":
        """Files of visible messages; a file without a message is seen by who uploaded it and by the desk."""
        working = _worked_on_by(actor, "ticket__")
        public = Q(message__isnull=False) & ~Q(message__kind=INTERNAL)
        return self.filter(
            working | (_asked_by(actor, "ticket__") & (public | Q(message=None, uploaded_by=actor.code)))
        )


def _tickets_of(actor: Actor) -> Q:
    return _worked_on_by(actor) | _asked_by(actor)


def _worked_on_by(actor: Actor, path: str = "") -> Q:
    """Tickets the actor handles: an agent or integration by the queues of its teams."""
    if isinstance(actor, System):
        return Q(pk__isnull=False)
    if isinstance(actor, PersonActor | ServiceActor) and actor.is_agent:
        return Q(**{f"{path}queue__in": served_queue_ids(actor)})
    return Q(pk__in=[])


def _asked_by(actor: Actor, path: str = "") -> Q:
    """Tickets the actor asked: the holder of the link, or the account whose verified address it is."""
    if isinstance(actor, TicketGuest):
        return Q(**{f"{path or ''}{'pk' if not path else 'id'}": actor.ticket_id})
    if not isinstance(actor, PersonActor):
        return Q(pk__in=[])
    mine = Q(**{f"{path}requester": actor.person_id, f"{path}identity_assurance": "acm_idm"})
    if not actor.email_is_verified:
        return mine
    same_address = Person.objects.filter(email_key=actor.email_key).values("pk")
    return mine | Q(**{f"{path}requester__in": same_address, f"{path}identity_assurance__in": VERIFIED})


def served_queue_ids(actor: "PersonActor | ServiceActor") -> list[int]:
    """Ids of the queues of the actor's teams; asked once per request."""
    if "queue_ids" not in actor.memo:
        # By way of the teams: the models of this room are made of this module.
        serving = Team.objects.filter(pk__in=actor.team_ids, queues__isnull=False)
        actor.memo["queue_ids"] = list(serving.order_by("queues").values_list("queues", flat=True).distinct())
    return list(actor.memo["queue_ids"])
