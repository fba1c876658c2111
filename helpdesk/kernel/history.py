"""Whom the history names: any actor (a person, a guest with a link, an integration, the system), in every process."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, cast

from django.db import models
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

SYSTEM = "system"
_actor_code: ContextVar[str] = ContextVar("actor_code", default=SYSTEM)
_action: ContextVar[str] = ContextVar("action", default="")


@contextmanager
def acting_as(actor_code: str, action: str) -> Iterator[None]:
    """Blame what is written inside on this actor (`user:7`, `guest:12`, `service:3`, `system`) and action."""
    actor_token, action_token = _actor_code.set(actor_code), _action.set(action)
    try:
        yield
    finally:
        _actor_code.reset(actor_token)
        _action.reset(action_token)


class RecordsManager(HistoryManager):  # type: ignore[misc]
    """The library makes this class anew each time a record is written; once will do."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: type[Any], class_name: str | None = None) -> type[Any]:
        made: type[Any] = super().from_queryset(queryset_class, class_name)
        return made


class ActorRecords(HistoricalRecords):  # type: ignore[misc]
    """History whose user is an actor code, and whose change reason is the service that wrote."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            history_user_id_field=models.CharField(max_length=40),
            history_user_getter=lambda historical: historical.history_user_id,
            history_user_setter=_set_actor,
            get_user=lambda **_: _actor_code.get(),
            history_manager=RecordsManager,
            history_change_reason_field=models.CharField(max_length=60),
            **options,
        )

    def copy_fields(self, model: type[models.Model]) -> dict[str, Any]:
        """Keep one index, of the row the history is of: nobody looks for changes by anything else."""
        fields: dict[str, Any] = super().copy_fields(model)
        for field in fields.values():
            field.db_index = field.db_index and field.name == model._meta.pk.name  # noqa: SLF001 - Django's documented API
        return fields

    def get_change_reason_for_object(self, instance: models.Model, history_type: str, using: str | None) -> str:
        return _action.get()


def note_creation(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Write the history of rows that were made many in one statement, of which the library hears nothing."""
    cast("Any", model).history.bulk_history_create(rows, default_change_reason=_action.get())


def last_changes(model: type[models.Model], ids: Collection[int]) -> dict[int, int]:
    """Return when each row was last changed, in microseconds since 1970, as its history tells."""
    history: Any = vars(model)["history"]
    rows = history.model.objects.filter(id__in=ids).values("id").annotate(last=models.Max("history_date"))
    return {row["id"]: int(row["last"].timestamp() * 1_000_000) for row in rows}


def _set_actor(historical: Any, actor_code: str | None) -> None:
    historical.history_user_id = actor_code or SYSTEM
