"""Takes a backup: the rows of one moment, then the files they name, then what was counted."""

import gzip
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from config.backups import contents
from config.backups.archive import CHUNK, ArchiveWriter
from config.backups.database import last_number, still_picture
from config.backups.errors import BackupError
from config.backups.manifest import FilesContent, FilesTally, Manifest, TableContent, new_manifest, require_migrated
from config.backups.tables import Table, Tally, all_tables
from helpdesk.kernel import files
from helpdesk.kernel.file_names import named_by, named_files

# Of seven parts one is left, at a tenth of the time that reading the rows takes.
COMPRESSION = 1
LINES = 500


def take_backup(target: Path) -> Manifest:
    """Write the backup, whole or not at all."""
    require_migrated()
    if target.is_dir():
        raise BackupError("This is a folder; name a file.")
    with whole_file(target) as file:
        archive = ArchiveWriter(file)
        # A file whose row goes meanwhile is still in the picture.
        with files.none_removed(), still_picture():
            tables = {table.name: _write_table(archive, table) for table in all_tables()}
            stored = _write_files(archive)
        manifest = new_manifest(tables, stored)
        if manifest.has_secret_key:
            _write(archive, contents.SECRET_KEY, settings.SECRET_KEY.encode())
        text = manifest.as_json().encode()
        _write(archive, contents.MANIFEST, text)
        _write(archive, contents.MANIFEST_SHA256, contents.sha256_line(text))
        archive.close()
    return manifest


@contextmanager
def whole_file(target: Path) -> Iterator[BinaryIO]:
    """Give a file that gets its name when it is complete and on disk; until then what had that name stays."""
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        # Only ours to read: it holds everything people wrote, and the key.
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
        files.sync(target.parent)
    finally:
        draft.unlink(missing_ok=True)


def _write_table(archive: ArchiveWriter, table: Table) -> TableContent:
    tally = Tally()
    name = contents.table_member(table.name)
    with archive.member(name) as member, gzip.GzipFile("", "wb", COMPRESSION, member, mtime=0) as packed:
        for part in _joined(tally.passing(table.lines())):
            packed.write(part)
    return TableContent(**tally.content.model_dump(), columns=table.columns, last_number=last_number(table))


def _joined(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Yield larger parts, because compressing each line by itself takes longer than making it."""
    return iter(lambda: b"".join(islice(lines, LINES)), b"")


def _write_files(archive: ArchiveWriter) -> FilesContent:
    written = FilesTally()
    for sha256 in named_files():
        written.add(sha256, size=_write_file(archive, sha256))
    return written.content


def _write_file(archive: ArchiveWriter, sha256: str) -> int:
    digest = hashlib.sha256()
    try:
        stored = files.open_file(sha256)
    except FileNotFoundError as error:
        raise BackupError(f"The file {sha256} of {named_by(sha256)} is gone.") from error
    with stored, archive.member(contents.file_member(sha256)) as member:
        for chunk in iter(lambda: stored.read(CHUNK), b""):
            digest.update(chunk)
            member.write(chunk)
        size = stored.tell()
    if digest.hexdigest() != sha256:
        raise BackupError(f"The file {sha256} of {named_by(sha256)} is damaged.")
    return size


def _write(archive: ArchiveWriter, name: str, text: bytes) -> None:
    with archive.member(name) as member:
        member.write(text)
