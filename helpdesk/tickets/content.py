"""What a ticket may hold: texts made clean, rijksregisternummers masked, files stored before any row speaks of them."""

import mimetypes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from helpdesk.kernel import files
from helpdesk.kernel.policy import ALLOWED, Decision, RefusedError, denied, require
from helpdesk.kernel.redaction import mask_national_numbers
from helpdesk.kernel.text import clean_line, clean_text

SUBJECT_LENGTH = 200
BODY_LENGTH = 100_000
FILENAME_LENGTH = 150
CONTENT_ID_LENGTH = 255
# Types a browser may be told; everything else is served as bytes. Nothing is ever shown inline.
KNOWN_TYPES = frozenset({
    "application/pdf", "application/xml", "application/zip", "application/json", "image/gif", "image/jpeg", "image/png",
    "image/webp", "text/csv", "text/plain", "message/rfc822", "application/msword", "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
})  # fmt: skip
OCTETS = "application/octet-stream"


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A stored file on its way to a message."""

    filename: str
    content_type: str
    size: int
    sha256: str
    content_id: str = ""


class MailedFile(Protocol):
    """A file as a mail brings it."""

    @property
    def filename(self) -> str: ...

    @property
    def content(self) -> bytes: ...

    @property
    def content_id(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class MailContent:
    """What a message that came by mail has besides its words.

    `html` was made safe; `folds` are runs of the words shown folded, as (start, end, kind); `headers` are the fields
    that tell where it is from and how it came.
    """

    html: str = ""
    folds: tuple[tuple[int, int, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    is_unverified: bool = False
    is_automatic: bool = False


PLAIN = MailContent()


def clean_subject(text: str) -> str:
    """Return the subject on one line, or refuse an empty or too long one."""
    return _within(mask_national_numbers(clean_line(text))[0], SUBJECT_LENGTH, _("Give a subject."))


def clean_body(text: str) -> str:
    return _within(mask_national_numbers(clean_text(text))[0], BODY_LENGTH, _("Write your message."))


def store_upload(*, filename: str, chunks: Iterable[bytes]) -> Upload:
    """Store a file before its row; refuses one over 25 MB, whatever size was announced."""
    return _upload(filename, files.store(_capped(chunks)))


def store_mailed(mailed: Sequence[MailedFile]) -> tuple[Upload, ...]:
    """Store the files of a mail, some at a time; what is too large was refused before it came."""
    stored = files.store_all([file.content] for file in mailed)
    return tuple(_upload(file.filename, kept, file.content_id) for file, kept in zip(mailed, stored, strict=True))


def clean_filename(filename: str) -> str:
    name = clean_line(mask_national_numbers(filename.replace("\\", "/"))[0])
    name = PurePath(name).name.strip(". ") or "bestand"
    path = PurePath(name)
    return path.stem[: FILENAME_LENGTH - len(path.suffix[:20])] + path.suffix[:20]


def content_type_of(filename: str) -> str:
    guessed, _encoding = mimetypes.guess_type(filename)
    return guessed if guessed in KNOWN_TYPES else OCTETS


def may_send_file(size: int) -> Decision:
    return ALLOWED if size <= settings.MAX_FILE_BYTES else denied(_("A file can be 25 MB at most."))


def _upload(filename: str, stored: files.StoredFile, content_id: str = "") -> Upload:
    name = clean_filename(filename)
    return Upload(
        filename=name,
        content_type=content_type_of(name),
        size=stored.size,
        sha256=stored.sha256,
        content_id=clean_line(content_id)[:CONTENT_ID_LENGTH],
    )


def _capped(chunks: Iterable[bytes]) -> Iterable[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        require(may_send_file(size))
        yield chunk


def _within(text: str, length: int, when_empty: object) -> str:
    if not text:
        raise RefusedError(denied(str(when_empty)))
    if len(text) > length:
        raise RefusedError(denied(_("This text is too long: %(length)s characters at most.") % {"length": length}))
    return text
