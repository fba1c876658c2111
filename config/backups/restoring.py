"""Puts a checked backup in the place of everything there is: the files first, then all rows in one transaction."""

import json
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, connection

from config.backups import contents
from config.backups.archive import Member, chunks_of, content_of, members_of
from config.backups.checking import file_name, lines_of, table_name, text_of
from config.backups.database import continue_numbering, empty, fill, only_writer
from config.backups.errors import BackupError
from config.backups.manifest import (
    FilesTally,
    Manifest,
    applied_migrations,
    mark_of,
    require_migrated,
    require_same_shape,
)
from config.backups.tables import Content, all_tables
from config.backups.taking import whole_file
from helpdesk.kernel import files
from helpdesk.kernel.file_names import named_files

Say = Callable[[str], object]


def restore_backup(file: BinaryIO, manifest: Manifest, say: Say) -> None:
    """Restore a backup that was checked; a reader sees what was there before, or all of the backup."""
    require_same_shape(manifest)
    _require_tables()
    _put_files(file)
    say(f"{manifest.files.files} files are in place.")
    with only_writer(all_tables()):
        _replace_rows(file, manifest)
        say(f"{manifest.rows} rows are written; they are compared with the backup before they count.")
        _require_equal(manifest)
    _put_secret_key(file, manifest, say)


def _require_tables() -> None:
    """Make the tables of an empty database; those of another version are for whoever knows what is in them."""
    if not applied_migrations():
        call_command("migrate", verbosity=0, skip_checks=True)
    require_migrated()


def _put_files(file: BinaryIO) -> None:
    """Store each file anew, which also keeps it from being cleared away before its row comes."""
    stored = (member for member in members_of(file) if file_name(member))
    for _file in files.store_all(chunks_of(content_of(file, member)) for member in stored):
        pass


def _replace_rows(file: BinaryIO, manifest: Manifest) -> None:
    tables = {table.name: table for table in all_tables()}
    for table in tables.values():
        empty(table)
    for member in members_of(file):
        name = table_name(member)
        if name:
            fill(tables[name], _rows(file, member))
    for name, table in tables.items():
        continue_numbering(table, manifest.tables[name].last_number)


def _rows(file: BinaryIO, member: Member) -> Iterator[list[Any]]:
    return map(json.loads, lines_of(file, member))


def _require_equal(manifest: Manifest) -> None:
    """Hold what the database has now to what the backup says; nothing is restored when it differs."""
    try:
        connection.check_constraints()
    except IntegrityError as error:
        raise BackupError(f"The rows of the backup do not fit together: {error}") from error
    stored = FilesTally()
    for sha256 in named_files():
        stored.add(sha256, size=files.path_of(sha256).stat().st_size)
    if stored.content != manifest.files:
        raise BackupError("The rows of the backup name other files than it holds.")
    for table in all_tables():
        said = manifest.tables[table.name]
        if table.content() != Content(rows=said.rows, sha256=said.sha256):
            raise BackupError(f"The database does not give back the rows of {table.name} as they were.")


def _put_secret_key(file: BinaryIO, manifest: Manifest, say: Say) -> None:
    if mark_of(settings.SECRET_KEY) == manifest.secret_key_mark:
        return
    if settings.ENV.SECRET_KEY or not manifest.has_secret_key:
        say(
            "SECRET_KEY is not the one of the backup: set that one, else everybody has to sign in again"
            " and links that were mailed cannot be mailed again."
        )
        return
    member = next(member for member in members_of(file) if member.name == contents.SECRET_KEY)
    with whole_file(settings.ENV.secret_key_path) as key:
        key.write(text_of(file, member))
    say("The secret key of the backup is in place: restart the server, which still uses the former one.")
