"""The rows of a table as lines of JSON that are the same on every engine."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.db.models import F, QuerySet
from django.db.models.functions import Collate
from pydantic import BaseModel

CHUNK = 2_000
# Made anew with the search index, which follows every restore.
MADE_ANEW = {"search.KnownWords"}
# Orders text by its bytes, whatever the language of the database.
BYTEWISE = {"sqlite": "BINARY", "postgresql": "C"}


class Content(BaseModel):
    """What a table holds: equal contents have equal numbers and hashes."""

    rows: int
    sha256: str


class Tally:
    """Counts lines and hashes them as they pass."""

    def __init__(self) -> None:
        self._rows = 0
        self._digest = hashlib.sha256()

    def passing(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        for line in lines:
            self._rows += 1
            self._digest.update(line)
            yield line

    @property
    def content(self) -> Content:
        return Content(rows=self._rows, sha256=self._digest.hexdigest())


@dataclass(frozen=True)
class Table:
    model: type[models.Model]

    @property
    def name(self) -> str:
        return str(self._options.label)

    @property
    def is_real(self) -> bool:
        """Say whether it has rows of its own; a proxy shows those of another."""
        return not self._options.proxy

    @property
    def columns(self) -> list[str]:
        return [field.column for field in self.fields]

    @cached_property
    def fields(self) -> list[Any]:
        return list(self._options.concrete_fields)

    @property
    def sql_name(self) -> str:
        return str(self._options.db_table)

    @property
    def key(self) -> Any:
        return self._options.pk

    def lines(self) -> Iterator[bytes]:
        """Yield a line for each row, in the order of the keys."""
        rows: QuerySet[Any, Any] = (
            QuerySet(self.model).order_by(self._order()).values_list(*(field.attname for field in self.fields))
        )
        return (_ENCODER.encode(row).encode() + b"\n" for row in rows.iterator(chunk_size=CHUNK))

    def content(self) -> Content:
        tally = Tally()
        for _line in tally.passing(self.lines()):
            pass
        return tally.content

    def _order(self) -> Any:
        name = self.key.attname
        return Collate(F(name), BYTEWISE[connection.vendor]) if isinstance(self.key, models.CharField) else F(name)

    @property
    def _options(self) -> Any:
        return self.model._meta  # noqa: SLF001 - Django's documented way to a model's columns


def all_tables() -> list[Table]:
    """Every table of the product and of what it is built on, histories and the tables between two others too."""
    tables = (Table(model) for model in apps.get_models(include_auto_created=True))
    kept = (table for table in tables if table.is_real and table.name not in MADE_ANEW)
    return sorted(kept, key=lambda table: table.name)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"a backup knows no way to write {type(value).__name__}")


# Sorted, because PostgreSQL forgets in which order the keys of a JSON column stood.
_ENCODER = json.JSONEncoder(separators=(",", ":"), sort_keys=True, default=_plain)
