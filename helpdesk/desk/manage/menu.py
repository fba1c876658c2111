"""The menu beside every page of /beheer/."""

from collections.abc import Sequence
from typing import TypedDict

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from helpdesk.desk.manage.sections import CHAPTERS
from helpdesk.desk.manage.sections.section import Words

HOME, OUTBOX, MAILS, ARRIVALS = "home", "outbox", "mails", "arrivals"


class MenuEntry(TypedDict):
    url: str
    label: Words
    count: int | None
    is_current: bool


class MenuGroup(TypedDict):
    title: Words
    entries: Sequence[MenuEntry]


def menu(current: str) -> list[MenuGroup]:
    """Return the groups of the rail; `current` is the key of the page."""
    groups: list[MenuGroup] = [
        {"title": chapter.title, "entries": [_entry(each.key, each.title, current) for each in chapter.sections]}
        for chapter in CHAPTERS
    ]
    running = [
        (OUTBOX, _("Background work")),
        (MAILS, _("Mail that did not go out")),
        (ARRIVALS, _("Mail that came in")),
    ]
    groups.append({"title": _("How it runs"), "entries": [_entry(key, label, current) for key, label in running]})
    groups.insert(0, {"title": _("Management"), "entries": [_entry(HOME, _("Overview"), current)]})
    return groups


def _entry(key: str, label: Words, current: str) -> MenuEntry:
    return {"url": reverse(f"manage:{key}"), "label": label, "count": None, "is_current": key == current}
