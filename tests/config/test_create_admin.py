"""The first administrator of an empty installation."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from helpdesk.accounts.models import User
from helpdesk.accounts.selectors import actor_of

STRONG = "een-lang-wachtwoord-73"


def _create(monkeypatch, password=STRONG, **options):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    out = io.StringIO()
    given = {"name": "Wim Goossens", "email": "wim@contactpunt.example", "username": "wim", "json": True} | options
    call_command("create_admin", password_stdin=True, stdout=out, **given)
    return json.loads(out.getvalue())


@pytest.mark.django_db
def test_the_first_administrator_can_sign_in(monkeypatch, client):
    printed = _create(monkeypatch)

    user = User.objects.get()
    assert printed == {"id": user.pk, "username": "wim"}
    assert (actor_of(user.pk).is_admin, client.login(username="wim", password=STRONG)) == (True, True)


@pytest.mark.django_db
def test_a_second_time_is_an_error_that_changes_nothing(monkeypatch):
    _create(monkeypatch)
    before = User.objects.values().get()

    with pytest.raises(CommandError, match="wim already"):
        _create(monkeypatch, password="een-heel-ander-wachtwoord")

    assert User.objects.values().get() == before


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["", "kort", "password1234", "wachtwoord", "123456789012"])
def test_a_weak_password_is_refused(monkeypatch, password):
    with pytest.raises(CommandError):
        _create(monkeypatch, password=password)

    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["name", "email", "username"])
def test_nothing_is_made_up_when_a_name_is_missing(monkeypatch, missing):
    with pytest.raises(CommandError, match=f"--{missing}"):
        _create(monkeypatch, **{missing: None})


@pytest.mark.django_db
def test_an_address_that_is_none_is_refused(monkeypatch):
    with pytest.raises(CommandError, match="no e-mail address"):
        _create(monkeypatch, email="wim")
