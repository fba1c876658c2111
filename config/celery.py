"""Celery: the doorbell. The database outbox is the queue of record, so no result and no schedule is ever stored."""

import os
from importlib import import_module

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_shutting_down

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("aanspreekpunt")
app.config_from_object("django.conf:settings", namespace="CELERY")
# The outbox task itself drops connections that went bad; a new one for each task would cost more than the task.
app.conf["CELERY_DB_REUSE_MAX"] = 1000
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    task_acks_late=True,
    task_default_queue="fast",
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    # Who rings tries once; workers and beat look for their broker by settings of their own.
    broker_transport_options={
        "socket_timeout": 5,
        "socket_connect_timeout": 1,
        "max_retries": 0,
        "visibility_timeout": 600,
    },
    timezone="Europe/Brussels",
)
app.conf.beat_schedule = {
    "sweep": {"task": "helpdesk.kernel.tasks.sweep", "schedule": 5.0, "options": {"expires": 5, "queue": "fast"}},
    "forget": {"task": "helpdesk.kernel.tasks.forget", "schedule": crontab(hour=3, minute=10)},
    "forget-files": {"task": "helpdesk.tickets.tasks.forget_files", "schedule": crontab(minute=20)},
    "forget-answers": {"task": "integrations.api.tasks.forget_answers", "schedule": crontab(minute=40)},
}
app.autodiscover_tasks(["helpdesk.kernel", "helpdesk.tickets", "integrations.api"])


@worker_shutting_down.connect
def _finish_up(**_about: object) -> None:
    """Let a worker that is told to stop finish what it has in hand, not the whole backlog."""
    import_module("helpdesk.kernel.outbox").finishing.set()
