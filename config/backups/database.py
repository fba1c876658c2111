"""What the two databases do each in their own way: a still picture, being the only writer, many rows, numbering."""

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections, models, transaction

from config.backups.tables import CHUNK, Table

LOCK_WAIT_MS = 20
LOCK_WITHIN_S = 120.0
AS_IN_JSON = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)


@contextmanager
def still_picture() -> Iterator[None]:
    """Show every row as it is at one moment, while others go on writing."""
    if connection.vendor == "sqlite":
        # Not `atomic`, which begins as a writer and would keep the others waiting.
        _execute("BEGIN")
        try:
            yield
        finally:
            _execute("ROLLBACK")
        return
    with transaction.atomic(durable=True):
        _execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        _execute("SET LOCAL statement_timeout = 0")
        yield


@contextmanager
def only_writer(tables: Sequence[Table]) -> Iterator[None]:
    """Hold one transaction that others who write wait for; who reads sees what was there before, until it is done."""
    with connection.constraint_checks_disabled(), transaction.atomic(durable=True):
        if connection.vendor == "postgresql":
            _execute("SET LOCAL statement_timeout = 0")
            _lock(tables)
        yield


def empty(table: Table) -> None:
    _execute(f"DELETE FROM {_quoted(table.sql_name)}")  # noqa: S608 - the name is our own model's


def fill(table: Table, rows: Iterable[list[Any]]) -> None:
    """Write rows, each with all columns in order, as they stand: nothing is computed or dated anew."""
    if connection.vendor == "postgresql":
        _copy(table, _prepared(table, rows))
    else:
        _insert(table, _prepared(table, rows))


def last_number(table: Table) -> int:
    """Return the highest number that was given to a row of this table; 0 where rows have no numbers."""
    if not _is_numbered(table):
        return 0
    if connection.vendor == "sqlite":
        given = _ask("SELECT seq FROM sqlite_sequence WHERE name = %s", table.sql_name)
    else:
        sequence = "pg_get_serial_sequence(%s, %s)::regclass"
        given = _ask(f"SELECT pg_sequence_last_value({sequence})", _quoted(table.sql_name), table.key.column)
    highest = _ask(f"SELECT max({_quoted(table.key.column)}) FROM {_quoted(table.sql_name)}")  # noqa: S608 - idem
    return max(given, highest)


def continue_numbering(table: Table, after: int) -> None:
    """Number the next row after this one; never back, because a sequence does not return with a transaction."""
    last = max(after, last_number(table))
    if last == 0:
        return
    if connection.vendor == "sqlite":
        _execute("DELETE FROM sqlite_sequence WHERE name = %s", table.sql_name)
        _execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", table.sql_name, last)
    else:
        _execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", _quoted(table.sql_name), table.key.column, last)


def _lock(tables: Sequence[Table]) -> None:
    """Lock all tables against writing.

    A writer may hold one table and want another that we hold already, so we wait briefly, let go of all, try again;
    sooner than PostgreSQL would look for a deadlock, and end the writer or us. It takes a moment at which nobody is
    in the middle of writing: under full load some hundred tries, so each of them is short.
    """
    statement = f"LOCK TABLE {', '.join(_quoted(table.sql_name) for table in tables)} IN EXCLUSIVE MODE"
    deadline = time.monotonic() + LOCK_WITHIN_S
    while True:
        try:
            with transaction.atomic():
                _execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT_MS}ms'")
                _execute(statement)
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(random.uniform(0, LOCK_WAIT_MS / 1000))  # noqa: S311 - so that we meet others at another moment
        else:
            return


def _copy(table: Table, rows: Iterable[list[Any]]) -> None:
    columns = ", ".join(_quoted(column) for column in table.columns)
    statement = f"COPY {_quoted(table.sql_name)} ({columns}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cast("Any", cursor).copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _insert(table: Table, rows: Iterator[list[Any]]) -> None:
    columns = ", ".join(_quoted(column) for column in table.columns)
    places = ", ".join(["%s"] * len(table.columns))
    statement = f"INSERT INTO {_quoted(table.sql_name)} ({columns}) VALUES ({places})"  # noqa: S608 - idem
    with connection.cursor() as cursor:
        while some := list(islice(rows, CHUNK)):
            cursor.executemany(statement, some)


def _prepared(table: Table, rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
    """Turn times and the like, which JSON has as text, into what the database takes."""
    special = [(place, field) for place, field in enumerate(table.fields) if not _is_as_in_json(field)]
    # Looked up once: through Django's proxy it takes a third of the time.
    link = connections[DEFAULT_DB_ALIAS]
    for row in rows:
        for place, field in special:
            if row[place] is not None:
                row[place] = field.get_db_prep_save(field.to_python(row[place]), link)
        yield row


def _is_as_in_json(field: Any) -> bool:
    while field.remote_field:
        field = field.target_field
    return isinstance(field, AS_IN_JSON)


def _is_numbered(table: Table) -> bool:
    return bool(table.key.get_internal_type().endswith("AutoField"))


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _execute(statement: str, *values: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def _ask(question: str, *values: str | int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(question, values or None)
        row = cursor.fetchone()
    return int(row[0] or 0) if row else 0
