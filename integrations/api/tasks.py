from celery import shared_task
from django.db import close_old_connections

from integrations.api.services import forget_old_answers


@shared_task(ignore_result=True)
def forget_answers(**_newer: object) -> None:
    """Let go of answers kept for requests that might come again."""
    close_old_connections()
    forget_old_answers()
