"""What Celery calls: the doorbell's task and the sweep that finds what the doorbell missed."""

from datetime import timedelta

from celery import shared_task
from django.core.management import call_command
from django.db import close_old_connections

from helpdesk.kernel import outbox

DONE_FOR = timedelta(days=14)


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


@shared_task(ignore_result=True)
def forget(**_newer: object) -> None:
    """Let go of events that are long done and sessions that are over; dead letters stay."""
    close_old_connections()
    outbox.forget_done(DONE_FOR)
    call_command("clearsessions")
