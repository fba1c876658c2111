"""The outside of a backup: a tar file that is written and read as a stream, one member after the other."""

import gzip
import io
import os
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from typing_extensions import Buffer

from config.backups.errors import DamagedError

BLOCK = tarfile.BLOCKSIZE
NOTHING = bytes(BLOCK)
CHUNK = 256 * 1024


class ArchiveWriter:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    @contextmanager
    def member(self, name: str) -> Iterator[BinaryIO]:
        """Write a member whose size is known only at its end; its header comes then, in the place kept for it."""
        start = self._file.tell()
        self._file.write(NOTHING)
        yield self._file
        end = self._file.tell()
        self._file.write(bytes(-end % BLOCK))
        self._file.seek(start)
        self._file.write(_header(name, end - start - BLOCK))
        self._file.seek(0, os.SEEK_END)

    def close(self) -> None:
        self._file.write(NOTHING * 2)


@dataclass(frozen=True)
class Member:
    name: str
    start: int
    size: int


def members_of(file: BinaryIO) -> Iterator[Member]:
    """Yield the members in order; anything but a tar file of plain members that ends as it should is damaged."""
    position = 0
    while (header := _read_at(file, position, BLOCK)) != NOTHING:
        member = _member(header, position + BLOCK)
        yield member
        position = member.start + member.size + -member.size % BLOCK


def content_of(file: BinaryIO, member: Member) -> io.BufferedReader:
    return io.BufferedReader(_Part(file, member), buffer_size=CHUNK)


def chunks_of(content: io.BufferedReader | gzip.GzipFile) -> Iterator[bytes]:
    return iter(lambda: content.read(CHUNK), b"")


class _Part(io.RawIOBase):
    def __init__(self, file: BinaryIO, member: Member) -> None:
        self._file = file
        self._position = member.start
        self._end = member.start + member.size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer)
        wanted = min(len(view), self._end - self._position)
        self._file.seek(self._position)
        part = self._file.read(wanted)
        if len(part) < wanted:
            raise DamagedError("The backup is cut off.")
        view[:wanted] = part
        self._position += wanted
        return wanted


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, int(time.time())
    return info.tobuf(tarfile.GNU_FORMAT)


def _member(header: bytes, start: int) -> Member:
    try:
        info = tarfile.TarInfo.frombuf(header, "utf-8", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError) as error:
        raise DamagedError("The backup is cut off or damaged." if start > BLOCK else "This is no backup.") from error
    if info.type != tarfile.REGTYPE:
        raise DamagedError(f"The backup holds something that does not belong in it: {info.name!r}.")
    return Member(info.name, start, info.size)


def _read_at(file: BinaryIO, position: int, size: int) -> bytes:
    file.seek(position)
    return file.read(size)
