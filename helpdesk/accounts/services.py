"""Writes about people: who they are, what they may do, which keys they hold."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts import policies
from helpdesk.accounts.actors import Actor
from helpdesk.accounts.events import AccessChanged
from helpdesk.accounts.models import (
    ApiToken,
    Membership,
    Organisation,
    Person,
    Role,
    RoleGrant,
    Team,
    User,
    new_session_salt,
)
from helpdesk.accounts.scopes import SCOPES
from helpdesk.kernel.events import publish
from helpdesk.kernel.policy import RefusedError, denied, require
from helpdesk.kernel.services import service
from helpdesk.kernel.text import clean_line
from helpdesk.kernel.tokens import hash_token, new_token

TOKEN_PREFIX = "ap_"  # noqa: S105 - lets secret scanners recognise a leaked token


def person_called(*, name: str, email: str) -> Person:
    """Return the person with this address and name, a new one when we do not know them yet."""
    return people_called([(name, email)])[0]


def people_called(named: Iterable[tuple[str, str]]) -> list[Person]:
    """Return the person of each name and address, in this order; new ones for whom we do not know yet."""
    asked = [_person_of(name, email) for name, email in named]
    addresses, names = {person.email_key for person in asked}, {person.name for person in asked}
    known = _by_key(Person.objects.filter(email_key__in=addresses, name__in=names))
    unknown = {key: person for key, person in _by_key(asked).items() if key not in known}
    # Who was written by somebody else in the meantime is that person: an update that changes nothing tells its number.
    # In one order, so that two who write the same people never wait for each other.
    Person.objects.bulk_create(
        (unknown[key] for key in sorted(unknown)),
        update_conflicts=True,
        unique_fields=["email_key", "name"],
        update_fields=["email_key"],
    )
    return [(known | unknown)[_key(person)] for person in asked]


def _person_of(name: str, email: str) -> Person:
    address = clean_line(email)
    return Person(name=clean_line(name), email=address, email_key=address.lower())


def _by_key(people: Iterable[Person]) -> dict[tuple[str, str], Person]:
    return {_key(person): person for person in people}


def _key(person: Person) -> tuple[str, str]:
    return person.email_key, person.name


@service
def create_user(
    *, actor: Actor, username: str, person: Person, password: str | None = None, email_is_verified: bool = False
) -> User:
    """Make an account; without a password it can only sign in through an identity provider."""
    require(policies.may_administer(actor))
    user = User(username=username, person=person, email_is_verified=email_is_verified)
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save(force_insert=True)
    return user


@service
def set_roles(*, actor: Actor, user: User, roles: frozenset[str]) -> None:
    """Give the user exactly these roles; an active administrator always remains."""
    require(policies.may_administer(actor))
    if Role.ADMIN not in roles:
        _lock_administrators()
        require(policies.may_stop_administering(user))
    for grant in user.role_grants.exclude(role__in=roles):
        grant.delete()
    for role in sorted(roles - set(user.role_grants.values_list("role", flat=True))):
        RoleGrant.objects.create(user=user, role=role)
    publish(AccessChanged(user_id=user.pk))


@service
def set_active(*, actor: Actor, user: User, is_active: bool) -> None:
    """Let an account in or keep it out; keeping it out ends its sessions and open pages."""
    require(policies.may_administer(actor))
    if not is_active:
        _lock_administrators()
        require(policies.may_stop_administering(user))
        user.session_salt = new_session_salt()
    user.is_active = is_active
    user.save(update_fields=["is_active", "session_salt"])
    publish(AccessChanged(user_id=user.pk))


def _lock_administrators() -> None:
    """Let two administrators who dismiss each other go one after the other."""
    list(RoleGrant.objects.select_for_update().filter(role=Role.ADMIN).order_by("pk"))


@service
def set_team_members(*, actor: Actor, team: Team, members: list[User]) -> None:
    require(policies.may_administer(actor))
    before = set(team.members.values_list("pk", flat=True))
    team.members.set(members)
    for user_id in sorted(before ^ {user.pk for user in members}):
        publish(AccessChanged(user_id=user_id))


@service
def add_membership(*, actor: Actor, person: Person, organisation: Organisation) -> Membership:
    """Say that somebody works for an administration, from now on again when it had ended."""
    require(policies.may_administer(actor))
    membership, created = Membership.objects.get_or_create(person=person, organisation=organisation)
    if not created and membership.valid_until is not None:
        membership.valid_until = None
        membership.save(update_fields=["valid_until"])
    _tell_user_of(person)
    return membership


@service
def end_membership(*, actor: Actor, membership: Membership) -> None:
    """Say that somebody works for an administration no longer; from now on, not from tomorrow."""
    require(policies.may_administer(actor))
    membership.valid_until = timezone.localdate() - timedelta(days=1)
    membership.save(update_fields=["valid_until"])
    _tell_user_of(membership.person)


def _tell_user_of(person: Person) -> None:
    publish(*[AccessChanged(user_id=pk) for pk in User.objects.filter(person=person).values_list("pk", flat=True)])


@service
def issue_token(  # noqa: PLR0913 - a token has this many properties, all named by the caller
    *,
    actor: Actor,
    name: str,
    scopes: frozenset[str],
    user: User | None = None,
    team: Team | None = None,
    token: str | None = None,
    expires_at: datetime | None = None,
    writes_per_minute: int | None = None,
) -> str:
    """Make an API token of a person or an integration and return it; it cannot be read again.

    `token` may be given for a token that must be the same after a new start (the demo's).
    """
    require(policies.may_administer(actor))
    if unknown := scopes - SCOPES:
        raise RefusedError(denied(_("There is no scope “%(scope)s”.") % {"scope": min(unknown)}))
    token = token or TOKEN_PREFIX + new_token()
    ApiToken.objects.create(
        name=name,
        token_hash=hash_token(token),
        user=user,
        team=team,
        scopes=sorted(scopes),
        expires_at=expires_at,
        writes_per_minute=writes_per_minute,
    )
    return token


@service
def revoke_token(*, actor: Actor, token: ApiToken) -> None:
    require(policies.may_administer(actor))
    for living in ApiToken.objects.select_for_update().filter(pk=token.pk, revoked_at=None):
        living.revoked_at = timezone.now()
        living.save(update_fields=["revoked_at"])


@service
def end_access(*, actor: Actor, user_id: int) -> None:
    """Tell the open pages of a user that signed out to close."""
    publish(AccessChanged(user_id=user_id))
