"""The same rows and files come back, on every engine; and what breaks off changes nothing."""

import errno
import os
import threading
import time
from datetime import timedelta

import pytest
from django.core.management import CommandError
from django.db import DatabaseError, connection, transaction

from config.backups import database, restoring, taking
from config.backups.taking import take_backup
from helpdesk.accounts.models import Person
from helpdesk.kernel import files
from helpdesk.kernel.models import OutboxEvent
from helpdesk.tickets.models import Attachment, Ticket
from tests import factories
from tests.config.backups.pieces import CONTENT, check, everything, restored

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]

# PostgreSQL looks for a deadlock when a wait has lasted a second, and only then.
LONGER_THAN_IT_LOOKS_S = 2.0


def test_every_row_and_file_comes_back_as_it_was(path, ticket):
    before = everything()
    factories.ticket("Van na de back-up")
    Ticket.objects.update(subject="anders")
    files.path_of(ticket.attachments.get().sha256).unlink()

    report = restored(path)

    assert everything() == before
    assert {name: table["rows"] for name, table in report["tables"].items()} == {
        name: len(lines) for name, lines in before.items()
    }
    with files.open_file(ticket.attachments.get().sha256) as file:
        assert file.read() == CONTENT


def test_what_a_backup_says_is_what_a_backup_of_the_restored_says(path, tmp_path):
    restored(path)
    again = take_backup(tmp_path / "again.tar")
    said = check(path)
    assert (again.tables, again.files) == (said.tables, said.files)


def test_tables_nobody_would_think_of_are_in_it_too(path):
    assert {"sessions.Session", "tickets.HistoricalTicket", "tickets.Queue_teams", "kernel.OutboxEvent"} <= set(
        check(path).tables
    )


def test_numbers_of_rows_that_are_gone_are_not_given_again(ticket, tmp_path):
    last = OutboxEvent.objects.order_by("pk").last().pk
    OutboxEvent.objects.all().delete()
    path = tmp_path / "backup.tar"
    take_backup(path)
    restored(path)
    assert OutboxEvent.objects.create(name="x", payload={}).pk > last


def test_a_restore_numbers_on_where_the_backup_was(path):
    last = Ticket.objects.order_by("pk").last().pk
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence")
        else:
            cursor.execute("SELECT setval(pg_get_serial_sequence('tickets_ticket', 'id'), 1, false)")
    restored(path)
    assert factories.ticket("Nieuw").pk == last + 1


def test_a_time_stays_to_the_microsecond(path, ticket):
    before = Ticket.objects.values_list("created_at", "updated_at").get()
    restored(path)
    assert Ticket.objects.values_list("created_at", "updated_at").get() == before
    assert OutboxEvent.objects.filter(created_at__lt=check(path).made_at).exists()


def refuse_at(monkeypatch, name, error):
    def refuse(*_args):
        raise error

    monkeypatch.setattr(restoring, name, refuse)


@pytest.mark.parametrize("step", ["_put_files", "continue_numbering", "_require_equal"])
def test_a_restore_that_breaks_off_changes_no_row(path, ticket, monkeypatch, step):
    factories.ticket("Van na de back-up")
    before = everything()
    refuse_at(monkeypatch, step, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    with pytest.raises(CommandError, match="No space left on device"):
        restored(path)
    assert everything() == before
    assert factories.ticket("Het gaat verder").pk


def test_rows_that_the_database_gives_back_otherwise_are_not_kept(path, monkeypatch):
    before = everything()
    fill = database.fill

    def fill_and_forget(table, rows):
        fill(table, [row for row in rows if table.name != "tickets.MessageBody"])

    monkeypatch.setattr(restoring, "fill", fill_and_forget)
    with pytest.raises(CommandError, match=r"the rows of tickets\.MessageBody"):
        restored(path)
    assert everything() == before


def test_rows_without_what_they_refer_to_are_not_kept(path, monkeypatch):
    before = everything()
    fill = database.fill

    def fill_and_forget(table, rows):
        fill(table, [row for row in rows if table.name != "tickets.Message"])

    monkeypatch.setattr(restoring, "fill", fill_and_forget)
    with pytest.raises(CommandError, match="do not fit together"):
        restored(path)
    assert everything() == before


def test_a_restore_waits_for_whoever_is_writing_and_ends_nobodys_work(path):
    """The writer wants a table that comes first in our order only after one that comes last: no deadlock."""
    before, is_writing, problems = everything(), threading.Event(), []

    def write():
        try:
            with transaction.atomic():
                Ticket.objects.update(subject="half")
                is_writing.set()
                time.sleep(LONGER_THAN_IT_LOOKS_S)
                Person.objects.update(phone="09 000 00 00")
        except DatabaseError as error:
            problems.append(error)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert is_writing.wait(10)
    restored(path)
    writer.join()
    assert (problems, everything()) == ([], before)


def test_what_is_written_while_a_backup_is_taken_is_not_in_it(ticket, tmp_path, monkeypatch):
    before = everything()
    write_table = taking._write_table

    def open_another_after_the_first(archive, table):
        content = write_table(archive, table)
        if not opened:
            opened.append(True)
            thread = threading.Thread(target=lambda: (factories.ticket("Intussen"), connection.close()))
            thread.start()
            thread.join()
        return content

    opened = []
    monkeypatch.setattr(taking, "_write_table", open_another_after_the_first)
    take_backup(tmp_path / "backup.tar")
    assert Ticket.objects.count() == 2
    restored(tmp_path / "backup.tar")
    assert everything() == before


def test_a_file_whose_row_goes_while_a_backup_is_taken_is_still_in_it(ticket, tmp_path, monkeypatch):
    attachment = Attachment.objects.get()
    os.utime(files.path_of(attachment.sha256), (0, 0))
    removed = []
    write_files = taking._write_files

    def tidy_up_first(archive):
        removed.append(files.remove(attachment.sha256, unused_for=timedelta()))
        return write_files(archive)

    monkeypatch.setattr(taking, "_write_files", tidy_up_first)
    manifest = take_backup(tmp_path / "backup.tar")
    assert (manifest.files.files, removed) == (1, [False])
    assert files.remove(attachment.sha256, unused_for=timedelta()) is True
