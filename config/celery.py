"""Celery: the doorbell. The database outbox is the queue of record, so no result and no schedule is ever stored.

What it sends and when is Celery's; who takes it is `config/worker.py`.
"""

import os

from celery import Celery
from celery.schedules import crontab
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("aanspreekpunt")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    task_default_queue="fast",
    # Who rings tries once; workers look for their broker by settings of their own.
    broker_transport_options={"socket_timeout": 5, "socket_connect_timeout": 1, "max_retries": 0},
    timezone="Europe/Brussels",
)
app.conf.beat_schedule = {
    "sweep": {"task": "helpdesk.kernel.tasks.sweep", "schedule": 5.0, "options": {"expires": 5, "queue": "fast"}},
    "forget": {"task": "helpdesk.kernel.tasks.forget", "schedule": crontab(hour=3, minute=10)},
    "look-for-gaps": {
        "task": "helpdesk.insights.tasks.look_for_gaps",
        "schedule": crontab(hour=4, minute=10),
        "options": {"queue": "slow"},
    },
    "keep-index": {
        "task": "helpdesk.search.tasks.keep_index",
        "schedule": 10.0,
        "options": {"expires": 10, "queue": "slow"},
    },
    "rebuild-index": {
        "task": "helpdesk.search.tasks.rebuild_index",
        "schedule": crontab(hour=2, minute=10),
        "options": {"queue": "slow"},
    },
    "forget-files": {"task": "helpdesk.tickets.tasks.forget_files", "schedule": crontab(minute=20)},
    "articles": {
        "task": "knowledgebase.tasks.do_what_is_due",
        "schedule": 30.0,
        "options": {"expires": 30, "queue": "fast"},
    },
    "forget-answers": {"task": "integrations.api.tasks.forget_answers", "schedule": crontab(minute=40)},
}
app.autodiscover_tasks(
    [
        "helpdesk.kernel",
        "helpdesk.search",
        "helpdesk.tickets",
        "helpdesk.insights",
        "integrations.api",
        "integrations.mail",
        "knowledgebase",
    ]
)


@app.on_after_configure.connect
def _schedule_fetching(sender: Celery, **_about: object) -> None:
    """Fetch mail only where a mailbox is set; this module is imported before the settings are."""
    if settings.IMAP is not None:
        sender.conf.beat_schedule["fetch-mail"] = {
            "task": "integrations.mail.tasks.fetch_mail",
            "schedule": 60.0,
            "options": {"expires": 60, "queue": "slow"},
        }
