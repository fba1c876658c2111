"""A backup taken apart and put together otherwise."""

import io
import json

from django.core.management import call_command

from config.backups.archive import ArchiveWriter, content_of, members_of
from config.backups.checking import checked
from config.backups.tables import all_tables

CONTENT = b"een schermafdruk"


def everything():
    return {table.name: list(table.lines()) for table in all_tables()}


def restored(path):
    out = io.StringIO()
    call_command("restore", str(path), json=True, stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def parts_of(path):
    with path.open("rb") as file:
        return {member.name: content_of(file, member).read() for member in members_of(file)}


def written(path, parts):
    with path.open("wb") as file:
        archive = ArchiveWriter(file)
        for name, content in parts.items():
            with archive.member(name) as member:
                member.write(content)
        archive.close()
    return path


def check(path):
    with path.open("rb") as file:
        return checked(file)
