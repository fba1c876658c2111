"""Celery: the doorbell. The database outbox is the queue of record, so no result and no schedule is ever stored."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("aanspreekpunt")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    task_acks_late=True,
    task_default_queue="fast",
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"socket_timeout": 5, "socket_connect_timeout": 2, "visibility_timeout": 600},
    timezone="Europe/Brussels",
)
app.conf.beat_schedule = {
    "sweep": {"task": "helpdesk.kernel.tasks.sweep", "schedule": 5.0, "options": {"expires": 5, "queue": "fast"}},
}
app.autodiscover_tasks(["helpdesk.kernel"])
