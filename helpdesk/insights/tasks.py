from celery import shared_task
from django.db import close_old_connections

from helpdesk.accounts.actors import System
from helpdesk.insights.replaying import replay_searches, replay_tickets
from helpdesk.insights.services import forget_searches


@shared_task(ignore_result=True)
def look_for_gaps(**_newer: object) -> None:
    """Replay searches and recent tickets through the articles, and let go of what was searched long ago."""
    close_old_connections()
    forget_searches(actor=System())
    replay_searches()
    replay_tickets()
