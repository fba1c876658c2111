"""What administrators do about work that got stuck."""

import logging

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from helpdesk.accounts.actors import Actor
from helpdesk.accounts.policies import may_administer
from helpdesk.kernel import doorbell, outbox
from helpdesk.kernel.models import EventDelivery
from helpdesk.kernel.policy import require
from helpdesk.kernel.services import service

logger = logging.getLogger(__name__)

DEAD = EventDelivery.State.DEAD
# What a worker is doing right now is left alone: it would be done twice.
AT_REST = Q(lease=None) | Q(due_at__lte=Now())


@service
def retry_delivery(*, actor: Actor, delivery_id: int) -> int:
    """Do one piece of work again that was given up or waits for its next attempt; return how many that were."""
    return _retry(actor, EventDelivery.objects.filter(AT_REST, pk=delivery_id))


@service
def retry_dead_deliveries(*, actor: Actor) -> int:
    """Do everything again that was given up."""
    return _retry(actor, EventDelivery.objects.filter(state=DEAD))


def _retry(actor: Actor, deliveries: QuerySet[EventDelivery]) -> int:
    require(may_administer(actor))
    count = outbox.retry(deliveries)
    if count:
        # The outbox has no history of its own: who asked for another attempt stands in the log.
        logger.info("%s started %s deliveries again.", actor.code, count)
        transaction.on_commit(doorbell.ring)
    return count
