"""What Celery calls: the doorbell's task and the sweep that finds what the doorbell missed."""

from celery import shared_task
from django.db import close_old_connections

from helpdesk.kernel import outbox


@shared_task(ignore_result=True)
def drain(*, lane: str, **_newer: object) -> None:
    close_old_connections()
    outbox.drain(lane)


@shared_task(ignore_result=True)
def sweep(**_newer: object) -> None:
    close_old_connections()
    for lane in outbox.LANES:
        if outbox.is_waiting(lane):
            drain.apply_async(kwargs={"lane": lane}, queue=lane)
