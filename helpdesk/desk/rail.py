"""The views and queues beside every page of the desk, with their counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.accounts.actors import PersonActor
from helpdesk.kernel.shown import Shown
from helpdesk.tickets.models import SavedView
from helpdesk.tickets.selectors import desk_counts, served_queues


@dataclass(frozen=True)
class Entry(Shown):
    label: str
    url: str
    count: int | None
    is_current: bool


@dataclass(frozen=True)
class Group:
    title: str
    entries: list[Entry]


def rail_for(actor: PersonActor, current: str = "") -> list[Group]:
    """Return the rail as the agent may see it (two queries)."""
    queues = served_queues(actor)
    counts = desk_counts(actor)
    named = {"open": counts.open, "mine": counts.mine, "unassigned": counts.unassigned, "waiting": counts.waiting}
    address = reverse("desk:list")

    def entry(view: str, label: str, count: int | None) -> Entry:
        return Entry(label, f"{address}?view={view}", count, view == current)

    views = [entry(view, title, named.get(view)) for view, title in titles().items()]
    per_queue = [entry(f"queue-{queue.slug}", queue.name, counts.by_queue.get(queue.pk, 0)) for queue in queues]
    views.append(Entry(_("Mail that could not be read"), reverse("desk:unread"), None, current == "unread"))
    return [Group(_("Views"), views), Group(_("Queues"), per_queue)]


def saved_group(views: Iterable[SavedView], current: str = "") -> Group:
    """Return the searches the agent keeps; `current` is a search as it is typed."""
    kept = [
        Entry(view.name, f"{reverse('desk:search')}?{urlencode({'q': view.query})}", None, view.query == current)
        for view in views
    ]
    return Group(_("Saved views"), kept)


def titles() -> dict[str, str]:
    """Return the views every agent has, each with its title."""
    return {
        "open": _("Open tickets"),
        "mine": _("My tickets"),
        "unassigned": _("Unassigned"),
        "waiting": _("Waiting for others"),
        "all": _("All tickets"),
    }
