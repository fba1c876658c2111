"""Rows into PostgreSQL by COPY: each as a mapping of columns, completed with what the model says by default."""

import itertools
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from django.db import connection, models

Values = Mapping[str, Any]


class Table:
    """One model's table; the caller gives the columns that differ from their default."""

    def __init__(self, model: type[models.Model]) -> None:
        self._table = model._meta.db_table
        self._key = model._meta.pk
        self._defaults = {field.column: _default(field) for field in model._meta.concrete_fields}
        self._waiting: list[Values] = []
        self.rows = 0
        self.ids = itertools.count(self._first_free_id())

    def _first_free_id(self) -> int:
        return self._ask(f'SELECT coalesce(max("{self._key.column}"), 0) + 1') if self._counts else 1

    @property
    def _counts(self) -> bool:
        return isinstance(self._key, models.AutoField)

    def add(self, **values: Any) -> None:
        self._waiting.append(values)

    def flush(self) -> None:
        self._copy(self._waiting)
        self.rows += len(self._waiting)
        self._waiting.clear()

    def continue_numbering(self) -> None:
        """Let the product's own rows come after the ones made here."""
        if self._counts:
            column = self._key.column
            self._ask(f"SELECT setval(pg_get_serial_sequence('{self._table}', '{column}'), max(\"{column}\"))")

    def _copy(self, rows: Iterable[Values]) -> None:
        columns = ", ".join(f'"{column}"' for column in self._defaults)
        with connection.cursor() as cursor, cursor.copy(f'COPY "{self._table}" ({columns}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(list({**self._defaults, **row}.values()))

    def _ask(self, question: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f'{question} FROM "{self._table}"')
            return int(cursor.fetchone()[0])


def _default(field: "models.Field[Any, Any]") -> Any:
    """Return what the column holds when nobody says otherwise; a default that is computed must be given."""
    default = None if field.has_default() and callable(field.default) else field.get_default()
    return default.value if isinstance(default, Enum) else default
