"""Reads a whole backup before anything of it is used: every hash, every count, and nothing in it that is not ours."""

import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from pydantic import ValidationError

from config.backups import contents
from config.backups.archive import Member, chunks_of, content_of, members_of
from config.backups.errors import DamagedError
from config.backups.manifest import FilesTally, Manifest, mark_of
from config.backups.tables import Content, Tally

LARGEST_TEXT = 16 * 1024 * 1024
SHA256 = re.compile("[0-9a-f]{64}")
BROKEN_GZIP = (EOFError, zlib.error, gzip.BadGzipFile)


def checked(file: BinaryIO) -> Manifest:
    """Return what the backup says of itself, once all of it proved to be true."""
    found = _Found(file)
    for member in members_of(file):
        found.take(member)
    return found.manifest()


def table_name(member: Member) -> str | None:
    if not (member.name.startswith(contents.TABLES) and member.name.endswith(contents.TABLE_SUFFIX)):
        return None
    return member.name[len(contents.TABLES) : -len(contents.TABLE_SUFFIX)]


def file_name(member: Member) -> str | None:
    sha256 = member.name.removeprefix(contents.FILES)
    return sha256 if member.name.startswith(contents.FILES) and SHA256.fullmatch(sha256) else None


def lines_of(file: BinaryIO, member: Member) -> Iterator[bytes]:
    try:
        with gzip.GzipFile(fileobj=content_of(file, member)) as packed, io.BufferedReader(packed) as lines:
            yield from lines
    except BROKEN_GZIP as error:
        raise DamagedError(f"The backup is damaged: {member.name}.") from error


def text_of(file: BinaryIO, member: Member) -> bytes:
    if member.size > LARGEST_TEXT:
        raise DamagedError(f"The backup is damaged: {member.name}.")
    return content_of(file, member).read()


class _Found:
    """What really is in the file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._tables: dict[str, Content] = {}
        self._texts: dict[str, bytes] = {}
        self._files = FilesTally()
        self._last_file = ""

    def take(self, member: Member) -> None:
        if (table := table_name(member)) and table not in self._tables:
            self._tables[table] = _tally(lines_of(self._file, member))
        elif (sha256 := file_name(member)) and sha256 > self._last_file:
            self._take_file(member, sha256)
        elif member.name in contents.TEXTS and member.name not in self._texts:
            self._texts[member.name] = text_of(self._file, member)
        else:
            raise DamagedError(f"This is no backup of ours: it holds {member.name!r}.")

    def manifest(self) -> Manifest:
        text = self._texts.get(contents.MANIFEST, b"")
        if self._texts.get(contents.MANIFEST_SHA256) != contents.sha256_line(text):
            raise DamagedError("The backup is incomplete or damaged: its manifest is not whole.")
        manifest = _parsed(text)
        said = {name: Content(rows=table.rows, sha256=table.sha256) for name, table in manifest.tables.items()}
        for name in sorted(said.keys() | self._tables.keys()):
            if said.get(name) != self._tables.get(name):
                raise DamagedError(f"The backup is damaged: the rows of {name} are not what its manifest says.")
        if manifest.files != self._files.content:
            raise DamagedError("The backup is damaged: its files are not those its manifest says.")
        self._check_secret_key(manifest)
        return manifest

    def _take_file(self, member: Member, sha256: str) -> None:
        digest = hashlib.sha256()
        for chunk in chunks_of(content_of(self._file, member)):
            digest.update(chunk)
        if digest.hexdigest() != sha256:
            raise DamagedError(f"The backup is damaged: {member.name} is not what it was.")
        self._last_file = sha256
        self._files.add(sha256, size=member.size)

    def _check_secret_key(self, manifest: Manifest) -> None:
        key = self._texts.get(contents.SECRET_KEY)
        if manifest.has_secret_key != (key is not None) or (
            key is not None and mark_of(key.decode(errors="replace")) != manifest.secret_key_mark
        ):
            raise DamagedError("The backup is damaged: its secret key is not what it was.")


def _tally(lines: Iterator[bytes]) -> Content:
    tally = Tally()
    for _line in tally.passing(lines):
        pass
    return tally.content


def _parsed(text: bytes) -> Manifest:
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        raise DamagedError("The backup has a form that this version of the product does not know.") from error
