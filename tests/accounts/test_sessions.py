"""Whose session counts: one that is stored and lives."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from helpdesk.accounts.sessions import SessionStore
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_session_is_read_back():
    session = SessionStore()
    session["answer"] = 42
    session.save()

    assert SessionStore(session.session_key).load() == {"answer": 42}


def test_a_key_nobody_was_given_opens_nothing_and_is_not_kept():
    session = SessionStore("chosen0by0a0stranger")

    assert (session.load(), session.session_key) == ({}, None)


def test_a_session_past_its_time_lets_nobody_in(client):
    client.force_login(factories.agent())
    assert client.get("/desk/").status_code == 200

    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    assert client.get("/desk/").status_code == 302
