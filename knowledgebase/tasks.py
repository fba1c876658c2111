"""What Celery calls."""

from celery import shared_task
from django.db import close_old_connections

from helpdesk.accounts.actors import System
from knowledgebase.services import archive_due, publish_due, remind_due


@shared_task(ignore_result=True)
def do_what_is_due(**_newer: object) -> None:
    """Publish and archive what editors planned, ask whether articles are still right; idle, nothing is written."""
    close_old_connections()
    publish_due(actor=System())
    archive_due(actor=System())
    remind_due(actor=System())
