"""What a backup says of itself; its last words, because only then everything is counted."""

import hashlib
import json
import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.crypto import salted_hmac
from pydantic import BaseModel, ConfigDict

from config.backups.errors import BackupError
from config.backups.tables import Content, all_tables
from config.env import ROOT


class TableContent(Content):
    columns: list[str]
    # The highest number given out, also to rows that are gone: no new row gets it again.
    last_number: int


class FilesContent(BaseModel):
    files: int
    bytes: int
    # Of their names, which are the hashes of what they hold.
    sha256: str


class FilesTally:
    """Counts files as they pass, in the order of their names."""

    def __init__(self) -> None:
        self._files = self._bytes = 0
        self._names = hashlib.sha256()

    def add(self, sha256: str, *, size: int) -> None:
        self._files += 1
        self._bytes += size
        self._names.update(sha256.encode())

    @property
    def content(self) -> FilesContent:
        return FilesContent(files=self._files, bytes=self._bytes, sha256=self._names.hexdigest())


class Manifest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: Literal[1] = 1
    version: str
    made_at: datetime
    engine: str
    migrations: list[str]
    # A key from the environment is not in the backup; the mark says which one it was.
    has_secret_key: bool
    secret_key_mark: str
    tables: dict[str, TableContent]
    files: FilesContent

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    def as_json(self) -> str:
        return json.dumps(self.model_dump(mode="json"), indent=1)


def new_manifest(tables: dict[str, TableContent], files: FilesContent) -> Manifest:
    return Manifest(
        version=product_version(),
        made_at=datetime.now(UTC),
        engine=connection.vendor,
        migrations=known_migrations(),
        has_secret_key=not settings.ENV.SECRET_KEY,
        secret_key_mark=mark_of(settings.SECRET_KEY),
        tables=tables,
        files=files,
    )


def product_version() -> str:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def mark_of(secret_key: str) -> str:
    """Return what tells one key from another without telling the key."""
    return salted_hmac("aanspreekpunt.backup", "mark", secret=secret_key, algorithm="sha256").hexdigest()


def known_migrations() -> list[str]:
    """Return the migrations of this version of the product."""
    return _names(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def applied_migrations() -> list[str]:
    return _names(MigrationRecorder(connection).applied_migrations())


def require_migrated() -> None:
    if applied_migrations() != known_migrations():
        raise BackupError("The database is not that of this version of the product: run manage.py prepare first.")


def require_same_shape(manifest: Manifest) -> None:
    """Refuse a backup whose rows do not fit this version's tables."""
    theirs, ours = set(manifest.migrations), set(known_migrations())
    if theirs != ours:
        different = ", ".join(sorted(theirs ^ ours))
        raise BackupError(
            f"The backup is of version {manifest.version} and this is {product_version()}; they differ in their"
            f" migrations ({different}). Restore it with the version it was made with."
        )
    if {name: table.columns for name, table in manifest.tables.items()} != {
        table.name: table.columns for table in all_tables()
    }:
        raise BackupError("The tables of the backup are not the tables of this version of the product.")


def _names(migrations: Iterable[tuple[str, str]]) -> list[str]:
    return sorted(f"{app}.{name}" for app, name in migrations)
