"""Who is at the door: from a user or a token to an actor, always as the database knows it now."""

from dataclasses import replace

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.actors import PersonActor, ServiceActor
from helpdesk.accounts.models import ApiToken, OrganisationLineage, Person, User
from helpdesk.kernel.tokens import hash_token


def actor_of(user_id: int) -> PersonActor | None:
    """Return the actor of an active account (one query)."""
    today = timezone.localdate()
    rows = list(
        User.objects.filter(pk=user_id, is_active=True).values_list(
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
    )
    if not rows:
        return None
    person_id, name, email_key, email_is_verified = rows[0][:4]
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
        roles=frozenset(row[4] for row in rows if row[4]),
        team_ids=frozenset(row[5] for row in rows if row[5]),
        organisation_ids=frozenset(current),
    )


def actor_with_token(token: str) -> tuple[ApiToken, PersonActor | ServiceActor] | None:
    """Return the token's row and its actor; None for a token that is unknown, revoked or past its date."""
    living = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    row = ApiToken.objects.filter(living, token_hash=hash_token(token), revoked_at=None).first()
    if row is None:
        return None
    scopes = frozenset(row.scopes)
    if row.user_id is None:
        team_ids = frozenset({row.team_id} if row.team_id else ())
        return row, ServiceActor(token_id=row.pk, name=row.name, scopes=scopes, team_ids=team_ids)
    actor = actor_of(row.user_id)
    return (row, replace(actor, scopes=scopes, memo={})) if actor else None


def with_predecessors(organisation_ids: frozenset[int]) -> frozenset[int]:
    """Return the administrations and all they succeeded."""
    before = OrganisationLineage.objects.filter(organisation__in=organisation_ids).values_list("ancestor", flat=True)
    return organisation_ids | frozenset(before)


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
