"""The personas of the demo: who they are, what they may do, and the keys that let a visitor be one of them."""

import json
import os
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from helpdesk.accounts import services
from helpdesk.accounts.actors import System
from helpdesk.accounts.models import ApiToken, Organisation, Role, Team, User
from helpdesk.accounts.scopes import SCOPES
from helpdesk.kernel.tokens import derived_token, hash_token
from helpdesk.tickets.models import Queue

AALTER = "http://data.lblod.info/id/bestuurseenheden/5116efa8-e96e-46a2-aba6-c077e9056a96"
AALST = "http://data.lblod.info/id/bestuurseenheden/974816591f269bb7d74aa1720922651529f3d3b2a787f5c60b73e5a0384950a4"
ABB = "http://data.lblod.info/id/bestuurseenheden/141d9d6b-54af-4d17-b313-8d1c30bc3f5b"

OFFICIAL_SCOPES = frozenset({"tickets:read", "tickets:write", "articles:read", "diagnoses:write", "incidents:read"})
DESK_SCOPES = SCOPES - {"admin", "reports:read"}
# Which queues a team serves.
TEAMS = {"Contactpunt": ("intake", "aanmelden", "loket"), "Andere entiteit": ("andere-entiteit",)}


@dataclass(frozen=True, kw_only=True)
class Persona:
    username: str
    name: str
    email: str
    organisation: str
    roles: frozenset[str] = frozenset()
    team: str | None = None
    scopes: frozenset[str] = OFFICIAL_SCOPES


PERSONAS = (
    Persona(username="official", name="An Peeters", email="an.peeters@aalter.example", organisation=AALTER),
    Persona(username="colleague", name="Koen Wouters", email="koen.wouters@aalter.example", organisation=AALTER),
    Persona(
        username="other_official", name="Fatima El Amrani", email="fatima.elamrani@aalst.example", organisation=AALST
    ),
    Persona(
        username="agent",
        name="Bram De Smet",
        email="bram.desmet@contactpunt.example",
        organisation=ABB,
        roles=frozenset({Role.AGENT}),
        team="Contactpunt",
        scopes=DESK_SCOPES,
    ),
    Persona(
        username="agent_other_queue",
        name="Lotte Claes",
        email="lotte.claes@entiteit.example",
        organisation=ABB,
        roles=frozenset({Role.AGENT}),
        team="Andere entiteit",
        scopes=DESK_SCOPES,
    ),
    Persona(
        username="supervisor",
        name="Ilse Maes",
        email="ilse.maes@contactpunt.example",
        organisation=ABB,
        roles=frozenset({Role.AGENT, Role.SUPERVISOR}),
        team="Contactpunt",
        scopes=DESK_SCOPES | {"reports:read"},
    ),
    Persona(
        username="editor",
        name="Sofie Willems",
        email="sofie.willems@contactpunt.example",
        organisation=ABB,
        roles=frozenset({Role.EDITOR}),
        scopes=frozenset({"tickets:read", "articles:read", "articles:write"}),
    ),
    Persona(
        username="analyst",
        name="Tom Jacobs",
        email="tom.jacobs@contactpunt.example",
        organisation=ABB,
        roles=frozenset({Role.ANALYST}),
        scopes=frozenset({"tickets:read", "reports:read"}),
    ),
    Persona(
        username="admin",
        name="Wim Goossens",
        email="wim.goossens@contactpunt.example",
        organisation=ABB,
        roles=frozenset({Role.ADMIN}),
        scopes=SCOPES,
    ),
)


def load_people() -> None:
    for team_name, slugs in TEAMS.items():
        team, _created = Team.objects.get_or_create(name=team_name)
        for queue in Queue.objects.filter(slug__in=slugs):
            queue.teams.add(team)
    for persona in PERSONAS:
        _load(persona)
    for team in Team.objects.filter(name__in=TEAMS):
        usernames = [persona.username for persona in PERSONAS if persona.team == team.name]
        services.set_team_members(actor=System(), team=team, members=list(User.objects.filter(username__in=usernames)))


def write_demo_json() -> None:
    """Write `VAR_DIR/demo.json` whole or not at all: where the demo is and how to be each persona."""
    target = settings.VAR_DIR / "demo.json"
    draft = target.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(_description(), ensure_ascii=False, indent=2))
    draft.replace(target)


def api_token_of(username: str) -> str:
    return services.TOKEN_PREFIX + derived_token("demo-api", username)


def _load(persona: Persona) -> None:
    person = services.person_called(name=persona.name, email=persona.email)
    user = services.create_user(actor=System(), username=persona.username, person=person, email_is_verified=True)
    services.set_roles(actor=System(), user=user, roles=persona.roles)
    organisation = Organisation.objects.get(uri=persona.organisation)
    services.add_membership(actor=System(), person=person, organisation=organisation)
    token = api_token_of(persona.username)
    if not ApiToken.objects.filter(token_hash=hash_token(token)).exists():
        services.issue_token(
            actor=System(), name=f"demo {persona.username}", scopes=persona.scopes, user=user, token=token
        )


def _description() -> dict[str, Any]:
    return {
        "base_url": settings.BASE_URL,
        "inbound_address": f"help@{settings.INBOUND_DOMAIN}",
        "personas": {persona.username: _keys(persona) for persona in PERSONAS},
    }


def _keys(persona: Persona) -> dict[str, str]:
    secret = derived_token("demo-login", persona.username)
    return {
        "login_url": f"{settings.BASE_URL}/aanmelden/demo/{secret}/",
        "api_token": api_token_of(persona.username),
        "email": persona.email,
        "name": persona.name,
        "organisation": persona.organisation,
    }
