"""Accounts: what an administrator decides takes effect at once, and one administrator always remains."""

import pytest
from django.test import Client

from helpdesk.accounts import administration, services
from helpdesk.accounts.models import Membership, Person, Role, RoleGrant, Team, User
from helpdesk.accounts.policies import may_administer
from helpdesk.accounts.selectors import actor_of
from helpdesk.kernel.policy import RefusedError
from tests import factories

NEW = {"name": "Nadia El Amrani", "email": "Nadia@contactpunt.example", "username": "nadia", "roles": ["agent"]}


@pytest.fixture
def nadia(db):
    return factories.user("Nadia El Amrani", email="nadia@contactpunt.example", roles=("agent",))


@pytest.fixture
def as_nadia(nadia):
    browser = Client()
    browser.force_login(nadia)
    return browser


def _address(user, rest=""):
    return f"/beheer/mensen/{user.pk}/{rest}"


def _save(browser, sent, user, *, without=(), **changes):
    values = sent(browser.get(_address(user))) | changes
    return browser.post(_address(user), {name: value for name, value in values.items() if name not in without})


def _reasons(model, **which):
    return list(model.history.filter(**which).order_by("history_id").values_list("history_change_reason", flat=True))


def _is_in(browser):
    return browser.get("/mijn/").status_code == 200


def test_somebody_is_added_with_a_password_that_is_shown_once_and_works(as_admin, admin):
    team = Team.objects.create(name="Contactpunt")

    page = as_admin.post("/beheer/mensen/nieuw/", NEW | {"teams": [team.pk], "with_password": "on"})

    user, password = User.objects.get(username="nadia"), page.context["secret"]
    assert (page.status_code, user.check_password(password), list(user.teams.all())) == (200, True, [team])
    assert (user.person.email_key, user.email_is_verified) == ("nadia@contactpunt.example", False)
    assert Client().login(username="nadia", password=password)
    assert password not in as_admin.get(_address(user)).content.decode()
    assert user.history.latest().history_user_id == RoleGrant.history.filter(user_id=user.pk).get().history_user_id
    assert user.history.latest().history_user_id == f"user:{admin.pk}"


def test_somebody_without_a_password_can_not_sign_in_with_one(as_admin):
    answer = as_admin.post("/beheer/mensen/nieuw/", NEW)

    user = User.objects.get(username="nadia")
    assert (answer["Location"], user.has_usable_password()) == (_address(user), False)


def test_a_second_account_for_the_same_person_is_refused_whole(as_admin, nadia):
    answer = as_admin.post("/beheer/mensen/nieuw/", NEW)

    assert (answer.status_code, User.objects.filter(username="nadia").exists()) == (422, False)


def test_roles_and_teams_change_and_the_history_names_the_administrator(as_admin, sent, admin, nadia):
    team = Team.objects.create(name="Contactpunt")

    _save(as_admin, sent, nadia, roles=["supervisor", "editor"], teams=[team.pk])

    assert actor_of(nadia.pk).roles == {"supervisor", "editor"}
    assert actor_of(nadia.pk).team_ids == {team.pk}
    changed = RoleGrant.history.filter(user_id=nadia.pk, history_user_id=f"user:{admin.pk}")
    assert sorted(changed.values_list("history_type", "role")) == [("+", "editor"), ("+", "supervisor"), ("-", "agent")]
    assert team.history.latest().history_user_id == f"user:{admin.pk}"
    assert _reasons(User, id=nadia.pk) == ["create_user", "set_teams"]


def test_a_form_that_changes_nothing_leaves_no_trace(as_admin, sent, nadia):
    _save(as_admin, sent, nadia)

    assert (_reasons(User, id=nadia.pk), _reasons(RoleGrant, user_id=nadia.pk)) == (["create_user"], ["set_roles"])


def test_another_name_is_told_as_a_change_without_the_name(as_admin, sent, nadia):
    _save(as_admin, sent, nadia, name="Nadia Peeters")

    page = as_admin.get(_address(nadia, "geschiedenis/")).content.decode()
    assert Person.objects.get(user=nadia).name == "Nadia Peeters"
    assert (_reasons(User, id=nadia.pk), "El Amrani" in page) == (["create_user", "change_account"], False)


def test_another_address_is_not_verified_although_the_old_one_was(as_admin, sent, nadia):
    _save(as_admin, sent, nadia, email="iemand.anders@aalst.example")
    moved = User.objects.select_related("person").get(pk=nadia.pk)
    _save(as_admin, sent, nadia, email_is_verified="on")

    assert (moved.person.email_key, moved.email_is_verified) == ("iemand.anders@aalst.example", False)
    assert User.objects.get(pk=nadia.pk).email_is_verified


def test_the_name_and_address_of_somebody_else_are_refused(as_admin, sent, nadia):
    factories.person("An Peeters", "an@aalter.example")

    answer = _save(as_admin, sent, nadia, name="An Peeters", email="an@aalter.example", roles=["admin"])

    assert (answer.status_code, actor_of(nadia.pk).roles) == (422, {"agent"})


def test_who_is_deactivated_is_out_at_the_next_request_and_stays_out_when_let_in_again(as_admin, sent, nadia, as_nadia):
    before = _is_in(as_nadia)
    _save(as_admin, sent, nadia, without=["is_active"])
    during = _is_in(as_nadia)
    _save(as_admin, sent, nadia, is_active="on")

    assert (before, during, _is_in(as_nadia)) == (True, False, False)
    assert actor_of(nadia.pk) is not None


def test_who_is_deactivated_can_not_use_a_key_either(as_admin, sent, nadia):
    token = factories.api_token(scopes=("tickets:read",), user=nadia)
    headers = {"Authorization": f"Bearer {token}"}
    before = Client().get("/api/v1/tickets", headers=headers).status_code

    _save(as_admin, sent, nadia, without=["is_active"])

    assert (before, Client().get("/api/v1/tickets", headers=headers).status_code) == (200, 401)


def test_signing_out_everywhere_ends_sessions_that_began_without_a_password(as_admin, nadia, as_nadia):
    other = Client()
    other.force_login(nadia)

    as_admin.post(_address(nadia, "afmelden/"))

    assert (_is_in(as_nadia), _is_in(other), _is_in(as_admin)) == (False, False, True)
    assert _reasons(User, id=nadia.pk)[-1] == "end_sessions"


def test_a_new_password_works_and_ends_what_began_with_the_old_one(as_admin, nadia, as_nadia):
    page = as_admin.post(_address(nadia, "wachtwoord/"))

    assert Client().login(username=nadia.username, password=page.context["secret"])
    assert (_is_in(as_nadia), _reasons(User, id=nadia.pk)[-1]) == (False, "reset_password")


def test_signing_in_is_no_change_to_tell(as_admin, nadia, as_nadia):
    nadia.refresh_from_db()

    assert (nadia.last_login is not None, _reasons(User, id=nadia.pk)) == (True, ["create_user"])


def test_passwords_are_long_and_never_the_same():
    passwords = {administration.new_password() for _ in range(50)}

    assert (len(passwords), {len(password) for password in passwords}) == (50, {24})


@pytest.mark.parametrize("lost", [{"roles": []}, {"without": ["is_active"]}])
def test_the_last_active_administrator_can_not_be_locked_out(as_admin, sent, admin, lost):
    inactive = factories.user("Koen Wouters", roles=("admin",))
    services.set_active(actor=factories.SYSTEM, user=inactive, is_active=False)

    answer = _save(as_admin, sent, admin, **lost)

    assert (answer.status_code, actor_of(admin.pk).is_admin) == (422, True)
    assert "laatste actieve beheerder" in answer.content.decode()


@pytest.mark.parametrize("lost", [{"roles": []}, {"without": ["is_active"]}])
def test_one_of_two_administrators_may_go(as_admin, sent, admin, lost):
    leaving = factories.user("Koen Wouters", roles=("admin",))

    assert _save(as_admin, sent, leaving, **lost).status_code == 302
    assert RoleGrant.objects.filter(role=Role.ADMIN, user__is_active=True).get().user_id == admin.pk


def test_a_member_of_an_administration_is_added_by_any_name_and_ended_at_once(as_admin, nadia):
    aalst = factories.organisation("Aalst", kbo_number="0207437468", search_text="< aalst > 0207437468")
    found = as_admin.post(_address(nadia, "besturen/"), {"organisation": "0207.437.468"})
    during = actor_of(nadia.pk).organisation_ids
    membership = Membership.objects.get()

    as_admin.post(_address(nadia, f"besturen/{membership.pk}/beeindigen/"))
    after = actor_of(nadia.pk).organisation_ids
    as_admin.post(_address(nadia, "besturen/"), {"organisation": aalst.uri})

    assert (found.status_code, during, after) == (302, {aalst.pk}, set())
    assert actor_of(nadia.pk).organisation_ids == {aalst.pk}
    assert _reasons(Membership, person_id=nadia.person_id) == ["add_membership", "end_membership", "add_membership"]


@pytest.mark.parametrize("text", ["", "\x00\r\n", "nergens", "x" * 5000])
def test_an_administration_nobody_knows_is_asked_again(as_admin, nadia, text):
    answer = as_admin.post(_address(nadia, "besturen/"), {"organisation": text})

    assert (answer.status_code, Membership.objects.count()) == (422, 0)


def test_a_membership_of_somebody_else_is_not_found_here(as_admin, nadia):
    other = factories.official("Koen Wouters", organisation=factories.organisation())

    membership = Membership.objects.get(person=other.person)

    assert as_admin.post(_address(nadia, f"besturen/{membership.pk}/beeindigen/")).status_code == 404
    assert Membership.objects.get().valid_until is None


def test_only_administrators_decide_also_behind_the_pages(db, nadia, admin):
    account = administration.Account(username="x", name="X", email="x@aalter.example")

    with pytest.raises(RefusedError):
        administration.create_account(actor=factories.actor(nadia), account=account)
    limited = factories.actor(admin).__class__(
        user_id=admin.pk, person_id=admin.person_id, name="", email_key="", email_is_verified=True,
        roles=frozenset({"admin"}), scopes=frozenset({"tickets:write"}),
    )  # fmt: skip
    assert (bool(may_administer(factories.actor(admin))), bool(may_administer(limited))) == (True, False)
