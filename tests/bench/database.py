"""What the database says about a job: its statements, its WAL syncs, and the cost of one durable insert."""

import time
from collections.abc import Callable
from contextlib import closing

import psycopg
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.bench.client import Sample

TRANSACTION_CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
# Who is this: asked on every page of somebody who signed in, and for every token.
IDENTITY = ('FROM "django_session"', 'FROM "accounts_user"', 'FROM "accounts_apitoken"')
INSERTS = 200
# PostgreSQL's own processes report once a second.
REPORT_S = 1.2
# Every fifteen seconds it notes which transactions run, when something was written since.
REST_S = 16
REST_WITHIN_S = 120


def count_statements(action: Callable[[], object]) -> tuple[int, int]:
    """Run it; return its SQL statements without transaction control, and apart those for session and actor."""
    with CaptureQueriesContext(connection) as captured:
        action()
    statements = [query["sql"] for query in captured if not query["sql"].startswith(TRANSACTION_CONTROL)]
    beside = sum(any(table in statement for table in IDENTITY) for statement in statements)
    return len(statements) - beside, beside


def wal_syncs(url: str) -> int:
    """Return how often the cluster has synced its WAL; connections are ended first, because they report last."""
    connection.close()
    with closing(psycopg.connect(url, autocommit=True)) as link:
        while link.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone() != (0,):
            time.sleep(0.02)
    time.sleep(REPORT_S)
    with closing(psycopg.connect(url, autocommit=True)) as link:
        row = link.execute("SELECT wal_sync FROM pg_stat_wal").fetchone()
    return int(row[0]) if row else 0


def come_to_rest(url: str) -> None:
    """Let PostgreSQL finish what earlier writes left to it, so that no read has dead rows to clear away."""
    with closing(psycopg.connect(url, autocommit=True)) as link:
        link.execute("VACUUM")
        link.execute("CHECKPOINT")
    deadline = time.monotonic() + REST_WITHIN_S
    before = -1
    while (now := wal_syncs(url)) != before and time.monotonic() < deadline:
        before = now
        time.sleep(REST_S)


def syncs_per_operation(url: str, action: Callable[[], int]) -> float:
    """Run operations, whose number the action returns, with nobody else at work; return the WAL syncs each cost."""
    before = wal_syncs(url)
    number = action()
    return round((wal_syncs(url) - before) / number, 2)


def durable_inserts(url: str) -> list[Sample]:
    """Insert rows of one line, each in a transaction of its own, as fast as one connection can."""
    samples = []
    with closing(psycopg.connect(url, autocommit=True)) as link:
        link.execute("CREATE TABLE IF NOT EXISTS bench_yardstick (id bigserial PRIMARY KEY, line text NOT NULL)")
        for number in range(INSERTS):
            began = time.monotonic()
            link.execute("INSERT INTO bench_yardstick (line) VALUES (%s)", [f"line {number}"])
            samples.append(Sample(began, time.monotonic() - began, 0))
    return samples
