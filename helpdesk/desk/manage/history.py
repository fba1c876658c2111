"""What was decided about an object, by whom and when, in plain words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Field, Model, QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.models import User
from helpdesk.accounts.selectors import names_of_actors

# Rows of one decision are written within this time.
TOGETHER = timedelta(seconds=2)
LONGEST = 300

ACTIONS: Mapping[str, str | Promise] = {
    "create_user": gettext_lazy("Account made"),
    "create_account": gettext_lazy("Account made"),
    "change_account": gettext_lazy("Name, address or user name changed"),
    "set_roles": gettext_lazy("Roles changed"),
    "set_teams": gettext_lazy("Teams changed"),
    "set_active": gettext_lazy("Access changed"),
    "reset_password": gettext_lazy("New password made"),
    "end_sessions": gettext_lazy("Signed out everywhere"),
    "add_membership": gettext_lazy("Administration added"),
    "end_membership": gettext_lazy("Administration ended"),
    "issue_token": gettext_lazy("API key made"),
    "revoke_token": gettext_lazy("API key revoked"),
    "set_team_members": gettext_lazy("Members changed"),
    "route_application": gettext_lazy("Route changed"),
    "load_queues": gettext_lazy("Taken from the data the product ships with"),
    "load_catalogue": gettext_lazy("Taken from the data the product ships with"),
    "import_organisations": gettext_lazy("Taken from the data the product ships with"),
}
KINDS: Mapping[str, str | Promise] = {
    "+": gettext_lazy("Made"),
    "~": gettext_lazy("Changed"),
    "-": gettext_lazy("Removed"),
}


@dataclass(frozen=True, kw_only=True)
class Trail:
    """History rows of one model that belong to the object; `named_by` is the field that tells its rows apart."""

    rows: QuerySet[Any]
    hidden: frozenset[str] = frozenset()
    named_by: str = ""
    labels: Mapping[str, str | Promise] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """What one actor did at one moment."""

    at: datetime
    actor: str
    actions: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class _Step:
    """One history row with the one before it; values are raw, keys still ids."""

    record: Any
    trail: Trail
    new: Mapping[Any, Any]
    old: Mapping[Any, Any]

    def differences(self) -> list[Any]:
        return [column for column in {**self.old, **self.new} if self.new.get(column) != self.old.get(column)]


def history_of(trails: Iterable[Trail]) -> list[Entry]:
    """Return what happened, newest first; the number of queries does not grow with the rows."""
    steps = [step for trail in trails for step in _steps(trail)]
    steps.sort(key=lambda step: (step.record.history_date, step.record.history_id))
    actors = names_of_actors({step.record.history_user_id for step in steps})
    words = _Words.for_steps(steps)
    entries: list[Entry] = []
    for step in steps:
        actor = actors.get(step.record.history_user_id, _("Somebody"))
        changes = words.changes(step)
        if changes or step.record.history_change_reason in ACTIONS:
            _append(entries, Entry(step.record.history_date, actor, (_action(step.record),), changes))
    return entries[::-1]


def _steps(trail: Trail) -> list[_Step]:
    records = list(trail.rows.order_by("-history_id")[:LONGEST])[::-1]
    related = _related(records)
    latest: dict[Any, Mapping[Any, Any]] = {}
    steps = []
    for record in records:
        values = _values(record, trail, related)
        old = latest.get(record.id, {})
        steps.append(_Step(record, trail, {} if record.history_type == "-" else values, old))
        latest[record.id] = {} if record.history_type == "-" else values
    return steps


def _values(record: Any, trail: Trail, related: Mapping[Any, Mapping[int, list[int]]]) -> dict[Any, Any]:
    own = {
        column: getattr(record, column.attname)
        for column in record.tracked_fields
        if not column.primary_key and column.name not in trail.hidden
    }
    return own | {column: found.get(record.history_id, []) for column, found in related.items()}


def _related(records: Sequence[Any]) -> dict[Any, dict[int, list[int]]]:
    """Return, for each many-to-many field, the ids that belonged to each history row."""
    found: dict[Any, dict[int, list[int]]] = {}
    for column in records[0]._history_m2m_fields if records else ():  # noqa: SLF001 - the library has no other way
        members: dict[int, list[int]] = {}
        through = getattr(type(records[0]), column.name).model
        key = column.m2m_reverse_field_name()
        pairs = through.objects.filter(history__in=records).values_list("history_id", f"{key}_id").order_by("pk")
        for history_id, related_id in pairs:
            members.setdefault(history_id, []).append(related_id)
        found[column] = {history_id: sorted(ids) for history_id, ids in members.items()}
    return found


def _action(record: Any) -> str:
    return str(ACTIONS.get(record.history_change_reason) or KINDS[record.history_type])


def _append(entries: list[Entry], entry: Entry) -> None:
    """Add the entry, or let it join the one before when both are parts of one decision."""
    before = entries[-1] if entries else None
    if before is None or before.actor != entry.actor or entry.at - before.at > TOGETHER:
        entries.append(entry)
        return
    actions = tuple(dict.fromkeys(before.actions + entry.actions))
    entries[-1] = replace(before, actions=actions, changes=_joined(before.changes + entry.changes))


def _joined(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Tell a field that changed twice in one decision once."""
    joined: list[Change] = []
    for change in changes:
        first = next((each for each in joined if each.label == change.label and each.new == change.old != ""), None)
        if first is None:
            joined.append(change)
        else:
            joined[joined.index(first)] = replace(first, new=change.new)
    return tuple(change for change in joined if change.old != change.new)


class _Words:
    """Names for values: of the rows keys point to, of codes, of moments."""

    def __init__(self, names: Mapping[type[Model], Mapping[Any, str]]) -> None:
        self.names = names

    @classmethod
    def for_steps(cls, steps: Iterable[_Step]) -> "_Words":
        wanted: dict[type[Model], set[Any]] = {}
        for step in steps:
            for column, value in [*step.new.items(), *step.old.items()]:
                if column.related_model and value:
                    wanted.setdefault(column.related_model, set()).update(value if isinstance(value, list) else [value])
        return cls({model: _names(model, keys) for model, keys in wanted.items()})

    def changes(self, step: _Step) -> tuple[Change, ...]:
        suffix = self._suffix(step)
        found = []
        for column in step.differences():
            label = step.trail.labels.get(column.name, column.verbose_name)
            old, new = (self.text(column, side.get(column)) for side in (step.old, step.new))
            if old != new:
                found.append(Change(f"{label}{suffix}", old, new))
        return tuple(found)

    def text(self, column: Any, value: Any) -> str:
        if value is None or value in ("", []):
            return ""
        if column.related_model:
            names = self.names[column.related_model]
            return ", ".join(names.get(key, "?") for key in (value if isinstance(value, list) else [value]))
        return _text(column, value)

    def _suffix(self, step: _Step) -> str:
        """Say which of several rows changed, unless all of it is new or gone."""
        if not step.trail.named_by or not (step.old and step.new):
            return ""
        name = next(
            self.text(column, value) for column, value in step.new.items() if column.name == step.trail.named_by
        )
        return f" ({name})"


def _names(model: type[Model], keys: set[Any]) -> dict[Any, str]:
    rows = model._default_manager.filter(pk__in=keys)  # noqa: SLF001 - Django's documented API
    rows = rows.select_related("person") if model is User else rows
    return {row.pk: str(row) for row in rows}


def _text(column: "Field[Any, Any]", value: Any) -> str:
    choices = dict(column.flatchoices)
    for kind, formatted in FORMATS:
        if isinstance(value, kind):
            return formatted(value)
    return str(choices.get(value, value))


def _moment(value: datetime) -> str:
    return date_format(localtime(value), "j F Y G.i")


FORMATS: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (bool, lambda value: _("yes") if value else _("no")),
    (datetime, _moment),
    (date, lambda value: date_format(value, "j F Y")),
    (list, lambda value: ", ".join(map(str, value))),
)
