"""What administrators decide about accounts and teams, each decision whole or not at all."""

import secrets
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from helpdesk.accounts import policies, services
from helpdesk.accounts.actors import Actor
from helpdesk.accounts.events import AccessChanged, NamesChanged
from helpdesk.accounts.models import Person, Team, User, new_session_salt
from helpdesk.kernel.events import publish
from helpdesk.kernel.policy import RefusedError, denied, require
from helpdesk.kernel.services import Precondition, always, service
from helpdesk.kernel.text import clean_line

# No vowels, so no words; nothing that is read as something else over the phone.
_LETTERS = "bcdfghjkmnpqrstvwxz23456789"
_GROUPS, _GROUP_LENGTH = 5, 4


@dataclass(frozen=True, kw_only=True)
class Account:
    """Everything an administrator says about somebody who signs in."""

    username: str
    name: str
    email: str
    is_active: bool = True
    email_is_verified: bool = False
    roles: frozenset[str] = frozenset()
    teams: frozenset[Team] = frozenset()


@service
def create_account(*, actor: Actor, account: Account, password: str | None = None) -> User:
    """Make an account with its roles and teams; without a password it needs an identity provider to sign in."""
    require(policies.may_administer(actor))
    person = services.person_called(name=account.name, email=account.email)
    if User.objects.filter(person=person).exists():
        raise RefusedError(denied(_("There is an account for this name and address already.")))
    user = services.create_user(
        actor=actor,
        username=clean_line(account.username),
        person=person,
        password=password,
        email_is_verified=account.email_is_verified,
    )
    services.set_roles(actor=actor, user=user, roles=account.roles)
    set_teams(actor=actor, user=user, teams=account.teams)
    return user


@service
def change_account(*, actor: Actor, user: User, account: Account, precondition: Precondition = always) -> User:
    """Apply everything together or refuse it all; what stays the same leaves no trace."""
    require(policies.may_administer(actor))
    user = User.objects.select_for_update(of=("self",)).select_related("person").get(pk=user.pk)
    precondition(user)
    _identify(actor, user, account)
    if account.roles != set(user.role_grants.values_list("role", flat=True)):
        services.set_roles(actor=actor, user=user, roles=account.roles)
    if account.teams != set(user.teams.all()):
        set_teams(actor=actor, user=user, teams=account.teams)
    if account.is_active != user.is_active:
        services.set_active(actor=actor, user=user, is_active=account.is_active)
    return user


@service
def set_teams(*, actor: Actor, user: User, teams: frozenset[Team]) -> None:
    """Put the user in exactly these teams."""
    require(policies.may_administer(actor))
    before = set(user.teams.all())
    if before == teams:
        return
    for team in before - teams:
        team.members.remove(user)
    for team in teams - before:
        team.members.add(user)
    # The teams have the detail in their history; the user's only says that it happened.
    user.save()
    publish(AccessChanged(user_id=user.pk))


@service
def reset_password(*, actor: Actor, user: User, password: str) -> None:
    """Give another password; whoever was signed in with the old one no longer is."""
    require(policies.may_administer(actor))
    user.set_password(password)
    user.session_salt = new_session_salt()
    user.save(update_fields=["password", "session_salt"])
    publish(AccessChanged(user_id=user.pk))


@service
def end_sessions(*, actor: Actor, user: User) -> None:
    """Sign the user out everywhere."""
    require(policies.may_administer(actor))
    user.session_salt = new_session_salt()
    user.save(update_fields=["session_salt"])
    publish(AccessChanged(user_id=user.pk))


@service
def create_team(*, actor: Actor, name: str, members: list[User]) -> Team:
    require(policies.may_administer(actor))
    team = Team.objects.create(name=clean_line(name))
    services.set_team_members(actor=actor, team=team, members=members)
    return team


@service
def change_team(
    *, actor: Actor, team: Team, name: str, members: list[User], precondition: Precondition = always
) -> Team:
    require(policies.may_administer(actor))
    team = Team.objects.select_for_update().get(pk=team.pk)
    precondition(team)
    if team.name != clean_line(name):
        team.name = clean_line(name)
        team.save()
    services.set_team_members(actor=actor, team=team, members=members)
    return team


def new_password() -> str:
    """Return a password nobody can guess but everybody can type over: about 95 random bits."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


def _identify(actor: Actor, user: User, account: Account) -> None:
    """Change who the account belongs to; another address is not verified until somebody says so again."""
    name, email, username = clean_line(account.name), clean_line(account.email), clean_line(account.username)
    person = user.person
    is_moved = email.lower() != person.email_key
    is_verified = account.email_is_verified and not is_moved
    if (person.name, person.email) != (name, email):
        _rename(person, name=name, email=email)
    elif (user.username, user.email_is_verified) == (username, is_verified):
        return
    user.username, user.email_is_verified = username, is_verified
    user.save()
    if is_moved:
        publish(AccessChanged(user_id=user.pk))


def _rename(person: Person, *, name: str, email: str) -> None:
    namesake = Person.objects.filter(email_key=email.lower(), name=name).exclude(pk=person.pk)
    if namesake.exists():
        raise RefusedError(denied(_("We know somebody else with this name and address.")))
    person.name, person.email, person.email_key = name, email, email.lower()
    person.save(update_fields=["name", "email", "email_key"])
    publish(NamesChanged(kind="person", object_ids=[person.pk]))
