"""Keys to the API: shown once, working until they are revoked."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from helpdesk.accounts.models import ApiToken
from helpdesk.accounts.scopes import SCOPES as ALL_SCOPES
from helpdesk.desk.manage.sections.tokens import SCOPES
from tests import factories

NEW = {"name": "Telefooncentrale", "scopes": ["tickets:read"]}


def _tickets(token):
    return Client().get("/api/v1/tickets", headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_key_of_a_team_is_shown_once_and_works(as_admin, admin):
    factories.agent(queues=(factories.queue(),))
    team = ApiToken._meta.get_field("team").related_model.objects.get()

    page = as_admin.post("/beheer/api-sleutels/nieuw/", NEW | {"team": team.pk, "writes_per_minute": "30"})

    token, row = page.context["secret"], ApiToken.objects.get()
    later = as_admin.get(f"/beheer/api-sleutels/{row.pk}/").content.decode()
    assert (token in page.content.decode(), token in later, row.token_hash in later) == (True, False, False)
    assert (_tickets(token), row.team, row.scopes, row.writes_per_minute) == (200, team, ["tickets:read"], 30)
    assert page["Cache-Control"] == "no-store"
    assert row.history.get().history_user_id == f"user:{admin.pk}"


def test_a_key_of_a_person_is_asked_for_from_their_page(as_admin):
    agent = factories.agent(queues=(factories.queue(),))
    page = as_admin.get(f"/beheer/api-sleutels/nieuw/?username={agent.username}")

    made = as_admin.post("/beheer/api-sleutels/nieuw/", NEW | {"username": agent.username})

    assert (page.context["form"]["username"].value(), ApiToken.objects.get().user) == (agent.username, agent)
    assert _tickets(made.context["secret"]) == 200


def test_a_revoked_key_stops_working_and_the_history_says_who(as_admin, admin):
    token = factories.api_token(scopes=("tickets:read",), user=factories.agent(queues=(factories.queue(),)))
    row, before = ApiToken.objects.get(), _tickets(token)

    as_admin.post(f"/beheer/api-sleutels/{row.pk}/intrekken/")
    as_admin.post(f"/beheer/api-sleutels/{row.pk}/intrekken/")

    assert (before, _tickets(token)) == (200, 401)
    assert list(row.history.values_list("history_change_reason", "history_user_id")) == [
        ("revoke_token", f"user:{admin.pk}"), ("issue_token", "system"),
    ]  # fmt: skip


def test_a_key_works_until_the_end_of_its_last_day(as_admin):
    agent = factories.agent()
    today = timezone.localdate()

    as_admin.post("/beheer/api-sleutels/nieuw/", NEW | {"username": agent.username, "expires_on": f"{today:%Y-%m-%d}"})

    expires = timezone.localtime(ApiToken.objects.get().expires_at)
    assert (expires.date(), expires.hour, expires.minute) == (today, 23, 59)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"username": "niemand"},
        {"username": "bram", "team": "1"},
        {"username": "bram", "scopes": []},
        {"username": "bram", "scopes": ["admin\x00"]},
        {"username": "bram", "expires_on": f"{timezone.localdate() - timedelta(days=2):%Y-%m-%d}"},
        {"username": "bram", "expires_on": "\x00morgen"},
        {"username": "bram", "writes_per_minute": "0"},
        {"team": "999999999999999999999"},
    ],
)
def test_a_key_that_makes_no_sense_is_refused(as_admin, values):
    bram = factories.agent()
    type(bram).objects.filter(pk=bram.pk).update(username="bram")

    answer = as_admin.post("/beheer/api-sleutels/nieuw/", NEW | values)

    assert (answer.status_code, ApiToken.objects.count()) == (422, 0)


def test_what_a_key_can_be_given_is_part_of_what_the_api_knows():
    assert {scope for scope, _label in SCOPES} < ALL_SCOPES
