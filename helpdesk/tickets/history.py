"""What happened to a ticket, as data for the API and as sentences for people. Three queries at most."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.organisation_names import display_name
from helpdesk.accounts.selectors import names_of_actors
from helpdesk.tickets.models import Assurance, Level, Priority, SolvedBy, Status, Ticket, TicketType

OPENED = "open_ticket"
RELEASED = "release_ticket"

# Codes with the words people read for them.
CODES: dict[str, Any] = {
    "status": Status,
    "impact": Level,
    "urgency": Level,
    "priority": Priority,
    "ticket_type": TicketType,
    "identity_assurance": Assurance,
    "solved_by": SolvedBy,
}
# Columns of the row a key points to: the code the outside knows it by, and its name.
KEYS = {
    "queue": ("queue__slug", "queue__name"),
    "application": ("application__slug", "application__name"),
    "category": ("category__code", "category__label"),
    "assignee": ("assignee__person__name", "assignee__person__name"),
}
ORGANISATION = ("organisation__uri", "organisation__name", "organisation__classification")
PLAIN = ("priority_override_reason", "avoidable")
FIELDS = (*CODES, *KEYS, "organisation", *PLAIN)

NAMES: dict[str, str | Promise] = {
    "status": gettext_lazy("the status"),
    "impact": gettext_lazy("the impact"),
    "urgency": gettext_lazy("the urgency"),
    "priority": gettext_lazy("the priority"),
    "ticket_type": gettext_lazy("the type"),
    "identity_assurance": gettext_lazy("the identity"),
    "application": gettext_lazy("the application"),
    "category": gettext_lazy("the category"),
    "organisation": gettext_lazy("the administration"),
}


@dataclass(frozen=True)
class Change:
    """One field before and after: codes for programs, labels for people ("" where there is no value)."""

    old: object
    new: object
    old_label: str = ""
    new_label: str = ""


@dataclass(frozen=True)
class HistoryEntry:
    """What one actor did at one moment; `action` is the service that wrote."""

    id: int
    at: datetime
    actor: str
    action: str
    changes: Mapping[str, Change]
    sentences: Sequence[str]


def ticket_history(ticket: Ticket) -> list[HistoryEntry]:
    """Return everything decided about the ticket, oldest first; the caller checks who may read it."""
    rows = list(_rows_of(ticket))
    names = names_of_actors({row["history_user_id"] for row in rows})
    previous: list[dict[str, Any] | None] = [None, *rows]
    entries = [_entry(row, before, names) for row, before in zip(rows, previous, strict=False)]
    return [entry for entry in entries if entry.sentences]


def _rows_of(ticket: Ticket) -> Iterable[dict[str, Any]]:
    history = Ticket.history.filter(id=ticket.pk).order_by("history_date", "history_id")
    columns = {column for pair in KEYS.values() for column in pair}
    rows: Iterable[dict[str, Any]] = history.values(
        "history_id",
        "history_date",
        "history_user_id",
        "history_change_reason",
        "assignee_id",
        "organisation_id",
        "subject_changes",
        *CODES,
        *PLAIN,
        *ORGANISATION,
        *sorted(columns),
    )
    return rows


def _entry(row: dict[str, Any], before: dict[str, Any] | None, names: dict[str, str]) -> HistoryEntry:
    action = row["history_change_reason"] or "change"
    actor = names.get(row["history_user_id"]) or _("Somebody")
    changes = _changes(before, row) if before else {}
    sentences = _sentences(actor, row, changes) if before else [_("%(actor)s opened the ticket.") % {"actor": actor}]
    return HistoryEntry(row["history_id"], row["history_date"], actor, action if before else OPENED, changes, sentences)


def _changes(before: dict[str, Any], row: dict[str, Any]) -> dict[str, Change]:
    found = {}
    for field in FIELDS:
        old, old_label = _value(before, field)
        new, new_label = _value(row, field)
        if old != new or _identity(before, field) != _identity(row, field):
            found[field] = Change(old, new, old_label, new_label)
    if before["subject_changes"] != row["subject_changes"]:
        # What the subject was and is stays out of the history: that it changed does not.
        found["subject"] = Change(None, None)
    return found


def _identity(row: dict[str, Any], field: str) -> object:
    """Two colleagues or administrations may share a name."""
    return row.get(f"{field}_id")


def _value(row: dict[str, Any], field: str) -> tuple[object, str]:
    if field in KEYS:
        code, label = KEYS[field]
        return row[code], row[label] or ""
    if field == "organisation":
        uri, name, classification = (row[column] for column in ORGANISATION)
        return uri, display_name(name, classification) if name else ""
    value = row[field]
    if field in CODES:
        return value or None, str(CODES[field](value).label) if value else ""
    return value, str(value or "")


def _sentences(actor: str, row: dict[str, Any], changes: Mapping[str, Change]) -> list[str]:
    written = []
    for field, change in changes.items():
        words = {"actor": actor, "old": change.old_label, "new": change.new_label, "field": str(NAMES.get(field, ""))}
        written.append(_sentence(field, change, row) % words)
    return written


def _sentence(field: str, change: Change, row: dict[str, Any]) -> str:
    special = SPECIAL.get(field)
    if special is not None:
        return special(change, row)
    if not change.old_label:
        return _("%(actor)s set %(field)s to “%(new)s”.")
    if not change.new_label:
        return _("%(actor)s removed %(field)s “%(old)s”.")
    return _("%(actor)s changed %(field)s from “%(old)s” to “%(new)s”.")


def _assigned(change: Change, row: dict[str, Any]) -> str:
    if row["history_change_reason"] == RELEASED:
        return _("%(old)s can no longer handle this ticket. It has no assignee now.")
    if not change.new_label:
        return _("%(actor)s put the ticket back without an assignee.")
    if row["history_user_id"] == f"user:{row['assignee_id']}":
        return _("%(actor)s assigned the ticket to themselves.")
    return _("%(actor)s assigned the ticket to %(new)s.")


def _moved(change: Change, row: dict[str, Any]) -> str:
    return _("%(actor)s moved the ticket from queue “%(old)s” to “%(new)s”.")


def _reasoned(change: Change, row: dict[str, Any]) -> str:
    if change.new_label:
        return _("%(actor)s gave the reason for the priority: %(new)s.")
    return _("%(actor)s lets the priority follow from impact and urgency.")


def _solved(change: Change, row: dict[str, Any]) -> str:
    if change.new_label:
        return _("%(actor)s noted who solved it: %(new)s.")
    return _("%(actor)s removed who solved it.")


def _avoidable(change: Change, row: dict[str, Any]) -> str:
    if change.new:
        return _("%(actor)s noted that this question could have been avoided.")
    return _("%(actor)s noted that this question could not have been avoided.")


def _renamed(change: Change, row: dict[str, Any]) -> str:
    return _("%(actor)s changed the subject.")


def _identified(change: Change, row: dict[str, Any]) -> str:
    if change.new == Assurance.MAIL_VERIFIED:
        return _("%(actor)s showed that the e-mail address is theirs.")
    return _("%(actor)s changed %(field)s from “%(old)s” to “%(new)s”.")


SPECIAL = {
    "assignee": _assigned,
    "queue": _moved,
    "priority_override_reason": _reasoned,
    "solved_by": _solved,
    "avoidable": _avoidable,
    "subject": _renamed,
    "identity_assurance": _identified,
}
