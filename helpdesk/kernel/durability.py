"""How sure a write must be before anybody gets an answer."""

from django.db import connection


def commit_without_waiting() -> None:
    """Let this transaction be lost in a power cut: for what is only counted, so that no reader waits for the disk."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")
