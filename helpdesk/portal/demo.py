"""The fictitious people of the demo: `VAR_DIR/demo.json` says who they are, a secret link signs in as one of them."""

import json
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import Organisation, User
from helpdesk.kernel.tokens import derived_token

FILE = "demo.json"
PURPOSE = "demo-login"
PARTS: dict[str, Promise] = {
    "official": _("official"),
    "colleague": _("colleague of the official"),
    "other_official": _("official of another administration"),
    "agent": _("agent"),
    "agent_other_queue": _("agent of another queue"),
    "supervisor": _("supervisor"),
    "editor": _("editor"),
    "analyst": _("analyst"),
    "admin": _("administrator"),
}


@dataclass(frozen=True)
class Persona:
    name: str
    part: str | Promise
    organisation: str
    login_url: str


def personas() -> list[Persona]:
    """Return whom one can play; nobody outside the demo."""
    path = settings.VAR_DIR / FILE
    if not settings.DEMO or not path.is_file():
        return []
    told = json.loads(path.read_text(encoding="utf-8"))["personas"]
    uris = {facts.get("organisation") for facts in told.values()} - {None}
    names = {row.uri: row.display_name for row in Organisation.objects.filter(uri__in=uris)}
    return [
        Persona(
            name=facts["name"],
            part=PARTS.get(key, key),
            organisation=names.get(facts.get("organisation"), ""),
            login_url=facts["login_url"],
        )
        for key, facts in told.items()
    ]


def user_with_secret(secret: str) -> User | None:
    """Return whose login link this is. Every user is compared, so that the time tells nothing."""
    found = None
    for user in User.objects.filter(is_active=True):
        if constant_time_compare(derived_token(PURPOSE, user.username), secret):
            found = user
    return found
