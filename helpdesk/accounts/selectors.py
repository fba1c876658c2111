"""Who is at the door: from a user or a token to an actor, always as the database knows it now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db.models import Exists, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from helpdesk.accounts.actors import PersonActor, ServiceActor
from helpdesk.accounts.models import ApiToken, Person, User
from helpdesk.accounts.sessions import SessionStore
from helpdesk.kernel.questions import asked_often
from helpdesk.kernel.tokens import hash_token

# What makes an actor of a user.
_COLUMNS = (
    "person_id",
    "person__name",
    "person__email_key",
    "email_is_verified",
    "role_grants__role",
    "teams__id",
    "person__memberships__organisation_id",
    "person__memberships__valid_from",
    "person__memberships__valid_until",
)
# What a session's hash is made of.
_SECRETS = ("password", "session_salt")
_TOKEN = ("id", "name", "scopes", "writes_per_minute", "team_id")


def actor_of(user_id: int) -> PersonActor | None:
    """Return the actor of an active account (one query)."""
    rows = list(User.objects.filter(pk=user_id, is_active=True).values_list("pk", *_COLUMNS))
    return _person_actor(rows) if rows else None


def actor_of_person(person_id: int) -> PersonActor | None:
    """Return the actor of the active account of a person (one query)."""
    rows = list(User.objects.filter(person=person_id, is_active=True).values_list("pk", *_COLUMNS))
    return _person_actor(rows) if rows else None


@dataclass(frozen=True)
class KnownSession:
    """A session as it was read once; whether it still holds is asked each time."""

    key: str
    user_id: int
    auth_hash: str


def session_called(key: str | None) -> KnownSession | None:
    """Return the session of somebody who signed in (one query)."""
    stored = SessionStore(key).load() if key else {}
    if not key or SESSION_KEY not in stored:
        return None
    return KnownSession(key, int(stored[SESSION_KEY]), stored.get(HASH_SESSION_KEY, ""))


def actor_in_session(session: KnownSession) -> PersonActor | None:
    """Return who signed in, as long as the session and the account hold (one query)."""
    living = Exists(Session.objects.filter(session_key=session.key, expire_date__gt=timezone.now()))
    rows = list(_secrets_and_columns(User.objects.filter(living), session.user_id))
    return _actor_with_hash(rows, session.auth_hash)


def actor_signed_in(session: SessionBase) -> PersonActor | None:
    """Return who signed in with the session of a request, as long as the account holds (one query beside it)."""
    if SESSION_KEY not in session:
        return None
    return _actor_with_hash(_signed_in(user_id=int(session[SESSION_KEY])), session.get(HASH_SESSION_KEY, ""))


@asked_often
def _signed_in(*, user_id: int) -> QuerySet[User, tuple[Any, ...]]:
    return _secrets_and_columns(User.objects.all(), user_id)


def _secrets_and_columns(users: QuerySet[User], user_id: int) -> QuerySet[User, tuple[Any, ...]]:
    return users.filter(pk=user_id, is_active=True).values_list(*_SECRETS, "pk", *_COLUMNS)


def _actor_with_hash(rows: Sequence[tuple[Any, ...]], auth_hash: str) -> PersonActor | None:
    if not rows:
        return None
    password, salt = rows[0][: len(_SECRETS)]
    if not constant_time_compare(auth_hash, User(password=password, session_salt=salt).get_session_auth_hash()):
        return None
    return _person_actor([row[len(_SECRETS) :] for row in rows])


@dataclass(frozen=True)
class LivingToken:
    """What a token that was shown may do."""

    pk: int
    name: str
    scopes: frozenset[str]
    writes_per_minute: int | None


def actor_with_token(token: str) -> tuple[LivingToken, PersonActor | ServiceActor] | None:
    """Return the token and its actor (one query); None for a token that is unknown, revoked or past its date."""
    living = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    active = Q(user=None) | Q(user__is_active=True)
    found = ApiToken.objects.filter(living, active, token_hash=hash_token(token), revoked_at=None)
    rows = list(found.values_list(*_TOKEN, "user_id", *(f"user__{column}" for column in _COLUMNS)))
    if not rows:
        return None
    token_id, name, scopes, writes_per_minute, team_id, user_id = rows[0][: len(_TOKEN) + 1]
    living_token = LivingToken(token_id, name, frozenset(scopes), writes_per_minute)
    if user_id is None:
        team_ids = frozenset({team_id})
        return living_token, ServiceActor(token_id=token_id, name=name, scopes=living_token.scopes, team_ids=team_ids)
    actor = _person_actor([row[len(_TOKEN) :] for row in rows])
    return living_token, replace(actor, scopes=living_token.scopes, memo={})


def _person_actor(rows: Sequence[tuple[Any, ...]]) -> PersonActor:
    """Put together what the joins spread over rows: the user's key, then `_COLUMNS`."""
    today = timezone.localdate()
    user_id, person_id, name, email_key, email_is_verified = rows[0][:5]
    current = {
        organisation
        for *_, organisation, start, end in rows
        if organisation and (start is None or start <= today) and (end is None or end >= today)
    }
    return PersonActor(
        user_id=user_id,
        person_id=person_id,
        name=name,
        email_key=email_key,
        email_is_verified=email_is_verified,
        roles=frozenset(row[5] for row in rows if row[5]),
        team_ids=frozenset(row[6] for row in rows if row[6]),
        organisation_ids=frozenset(current),
    )


def names_of_actors(codes: set[str]) -> dict[str, str]:
    """Return whom each actor code means; somebody who was erased is "somebody"."""
    ids: dict[str, list[int]] = {"user": [], "guest": [], "service": []}
    for code in codes:
        kind, _colon, number = code.partition(":")
        if kind in ids and number.isdecimal():
            ids[kind].append(int(number))
    names = {"system": _("The system"), "visitor": _("A visitor")}
    if ids["user"] or ids["guest"]:
        people = Person.objects.filter(Q(user__in=ids["user"]) | Q(pk__in=ids["guest"]))
        for person_id, user_id, name in people.values_list("pk", "user__id", "name"):
            names |= {f"user:{user_id}": name, f"guest:{person_id}": name}
    if ids["service"]:
        tokens = ApiToken.objects.filter(pk__in=ids["service"]).values_list("pk", "name")
        names |= {f"service:{token_id}": name for token_id, name in tokens}
    return names
