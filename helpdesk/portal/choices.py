"""The applications somebody can ask about, in an order people find their way in."""

from typing import Any

from django.utils.translation import gettext as _

from helpdesk.catalogue.models import Application

SIGNING_IN = frozenset({"acm", "btb", "csam", "gebruikersbeheer", "webidm", "wegwijs"})


def application_choices() -> list[tuple[str, Any]]:
    """Return "I do not know" and three groups, each by name (one query)."""
    groups: dict[str, list[tuple[str, str]]] = {
        _("Loket voor Lokale Besturen and its modules"): (ours := []),
        _("Signing in and access"): (signing_in := []),
        _("Other applications"): (others := []),
    }
    rows = Application.objects.filter(is_active=True).order_by("name").values_list("slug", "name", "owner")
    for slug, name, owner in rows:
        if slug in SIGNING_IN:
            signing_in.append((slug, name))
        elif owner.startswith(("ABB", "Agentschap Binnenlands Bestuur")):
            ours.append((slug, name))
        else:
            others.append((slug, name))
    filled = [(name, group) for name, group in groups.items() if group]
    return [("", _("I do not know, or another application")), *filled]
