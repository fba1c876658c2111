"""How the two commands speak: one line for what went wrong, numbers for what went well."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from config.backups.errors import BackupError
from config.backups.manifest import Manifest


@contextmanager
def in_plain_words(file: Path, *, writes_to: Path) -> Iterator[None]:
    """Turn what can go wrong into one line; anything else is our own fault and must be seen."""
    try:
        yield
    except BackupError as error:
        raise CommandError(f"{file}: {error}") from error
    except DatabaseError as error:
        raise CommandError(f"{file}: the database refused: {str(error).splitlines()[0]}") from error
    except OSError as error:
        raise CommandError(f"{error.filename or writes_to}: {error.strerror or error}") from error


def report(command: BaseCommand, manifest: Manifest, done: str, file: Path, *, seconds: float, as_json: bool) -> None:
    if as_json:
        content = {"file": str(file), "seconds": round(seconds, 1), **manifest.model_dump(mode="json")}
        command.stdout.write(json.dumps(content))
        return
    command.stderr.write(
        f"{done} {manifest.rows} rows and {manifest.files.files} files ({manifest.files.bytes} bytes)"
        f" in {seconds:.1f} s: {file}"
    )
