from celery import shared_task
from django.db import close_old_connections

from helpdesk.tickets.services import forget_unused_files


@shared_task(ignore_result=True)
def forget_files(**_newer: object) -> None:
    """Let go of files nobody used: kept for a form that was never sent, or left behind by a crash."""
    close_old_connections()
    forget_unused_files()
