"""Mail comes in by itself, and whoever watches over us sees when it does not."""

import errno
import time

import pytest
from celery import Celery
from django.core.cache import cache
from django.db import OperationalError

from config.celery import _schedule_fetching
from helpdesk.kernel import files
from helpdesk.mailbox.models import InboundMail
from integrations.mail import imap, tasks
from tests.engines.services import free_port

pytestmark = pytest.mark.django_db(transaction=True)
LETTER = b"From: an@aalter.example\r\nSubject: Vraag\r\n\r\nTekst\r\n"


@pytest.fixture
def fetched(settings, postbox):
    settings.IMAP = postbox.settings()
    return postbox


def reported(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    return answer.json()["checks"].get("mailbox")


def scheduled():
    app = Celery("test", set_as_current=False)
    app.conf.beat_schedule = {}
    _schedule_fetching(app)
    return app.conf.beat_schedule


def test_a_round_is_held_each_minute_where_a_mailbox_is_set(settings, postbox):
    assert scheduled() == {}
    settings.IMAP = postbox.settings()

    assert scheduled() == {
        "fetch-mail": {
            "task": tasks.fetch_mail.name,
            "schedule": 60.0,
            "options": {"expires": 60, "queue": "slow"},
        }
    }


def test_the_task_fetches_and_readiness_says_so(fetched, client):
    fetched.receive(LETTER)
    assert reported(client) == {
        "ok": False,
        "engine": "imap",
        "last_s": None,
        "left": None,
        "error": "not fetched yet",
    }
    tasks.fetch_mail()

    assert InboundMail.objects.count() == 1
    assert reported(client) | {"last_s": 0} == {"ok": True, "engine": "imap", "last_s": 0, "left": 0, "error": ""}


def test_a_mailbox_that_cannot_be_read_shows_and_the_pages_stay_ready(fetched, settings, client, caplog):
    tasks.fetch_mail()
    settings.IMAP = fetched.settings(port=free_port())
    tasks.fetch_mail()

    assert (reported(client)["ok"], "Connection refused" in reported(client)["error"]) == (False, True)
    assert "Fetching mail broke off" in caplog.text
    assert "geheim" not in caplog.text


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/geheim/files/ab"), "No space left on device"),
        (OperationalError("database or disk is full in /geheim"), "OperationalError"),
    ],
)
def test_a_mail_that_cannot_be_stored_shows_until_it_is(fetched, client, monkeypatch, caplog, error, shown):
    def fail(*_):
        raise error

    fetched.receive(LETTER)
    tasks.fetch_mail()
    fetched.receive(LETTER + b"Nog een\r\n")
    with monkeypatch.context() as patch:
        patch.setattr(files, "_move_into_place", fail)
        tasks.fetch_mail()
    assert reported(client) | {"last_s": 0} == {"ok": False, "engine": "imap", "last_s": 0, "left": 0, "error": shown}
    assert "Fetching mail broke off" in caplog.text
    assert InboundMail.objects.count() == 1

    tasks.fetch_mail()
    assert (reported(client)["ok"], InboundMail.objects.count()) == (True, 2)


def test_a_mail_that_was_left_shows(fetched, client, monkeypatch):
    monkeypatch.setattr(imap, "MOST_BYTES", 20)
    fetched.receive(LETTER)
    tasks.fetch_mail()

    assert reported(client) | {"last_s": 0} == {"ok": False, "engine": "imap", "last_s": 0, "left": 1, "error": ""}
    fetched.remove(1)
    tasks.fetch_mail()
    assert reported(client)["ok"] is True


def test_rounds_that_stopped_show(fetched, client, monkeypatch):
    tasks.fetch_mail()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 301)

    assert (reported(client)["ok"], reported(client)["last_s"] >= 300) == (False, True)


def test_a_slow_server_takes_one_thread_only(fetched):
    fetched.receive(LETTER)
    cache.add(tasks.BUSY_KEY, 1, timeout=60)
    tasks.fetch_mail()
    assert InboundMail.objects.count() == 0

    cache.delete(tasks.BUSY_KEY)
    tasks.fetch_mail()
    assert (InboundMail.objects.count(), cache.get(tasks.BUSY_KEY)) == (1, None)


def test_without_a_mailbox_nothing_is_reported_and_nothing_is_done(client):
    tasks.fetch_mail()

    assert reported(client) is None
