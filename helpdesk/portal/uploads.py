"""The files of a form: just sent, or kept for two hours from an attempt that was refused.

A kept file belongs to one browser, known by a random cookie; what the form carries is signed and names both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from helpdesk.accounts.actors import Actor
from helpdesk.kernel.policy import RefusedError
from helpdesk.kernel.tokens import hash_token, new_token
from helpdesk.tickets.content import Upload, store_upload
from helpdesk.tickets.models import KeptUpload
from helpdesk.tickets.services import keep_upload, kept_uploads
from helpdesk.tickets.services.uploads import KEPT_FOR

FIELD = "attachments"
KEPT_FIELD = "kept"
SALT = "portal.kept"
TOKEN_LENGTH = len(new_token())
KEPT_FOR_S = int(KEPT_FOR.total_seconds())


@dataclass(frozen=True)
class Browser:
    """Whose kept files these are."""

    token: str

    @property
    def code(self) -> str:
        return hash_token(self.token)


@dataclass(frozen=True)
class KeptFile:
    """A kept file as the form shows it."""

    value: str
    filename: str
    size: int


@dataclass(frozen=True)
class SentFiles:
    browser: Browser
    kept: tuple[KeptUpload, ...] = ()
    stored: tuple[Upload, ...] = ()
    refusals: tuple[str, ...] = ()

    @property
    def uploads(self) -> tuple[Upload, ...]:
        return (*map(_upload_of, self.kept), *self.stored)


def receive_files(request: HttpRequest) -> SentFiles:
    """Store what was sent and look up what was kept; say which files cannot be taken."""
    sent = kept_before(request)
    stored, refusals = _store(request.FILES.getlist(FIELD))
    return SentFiles(sent.browser, sent.kept, stored, (*sent.refusals, *refusals))


def kept_before(request: HttpRequest) -> SentFiles:
    """Look up only what was kept."""
    browser = _browser_of(request)
    wanted = request.POST.getlist(KEPT_FIELD)
    if not wanted:
        return SentFiles(browser)
    ids = {_id_in(value, browser) for value in wanted} - {""}
    kept = tuple(kept_uploads(browser.code).filter(pk__in=ids).order_by("created_at")) if ids else ()
    if len(kept) == len(set(wanted)):
        return SentFiles(browser, kept)
    return SentFiles(browser, kept, refusals=(_("A file you chose before is no longer kept. Choose it again."),))


def keep_files(actor: Actor, files: SentFiles) -> SentFiles:
    """Keep what was just stored for the next attempt."""
    kept, refusals = list(files.kept), list(files.refusals)
    for upload in files.stored:
        try:
            kept.append(keep_upload(actor=actor, browser=files.browser.code, upload=upload))
        except RefusedError as refusal:
            refusals.append(_about(upload.filename, refusal))
    return SentFiles(files.browser, tuple(kept), (), tuple(refusals))


def shown(files: SentFiles) -> list[KeptFile]:
    return [KeptFile(_value_of(row, files.browser), row.filename, row.size) for row in files.kept]


def remember(response: HttpResponse, files: SentFiles) -> None:
    """Give the browser the cookie its kept files hang on."""
    if files.kept:
        response.set_cookie(
            _cookie_name(),
            files.browser.token,
            max_age=KEPT_FOR_S,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def _store(files: Iterable["UploadedFile[Any]"]) -> tuple[tuple[Upload, ...], tuple[str, ...]]:
    stored, refusals = [], []
    for file in files:
        name = file.name or ""
        try:
            stored.append(store_upload(filename=name, chunks=file.chunks()))
        except RefusedError as refusal:
            refusals.append(_about(name, refusal))
    return tuple(stored), tuple(refusals)


def _about(filename: str, refusal: RefusedError) -> str:
    return f"“{filename}”: {refusal}"


def _upload_of(row: KeptUpload) -> Upload:
    return Upload(filename=row.filename, content_type=row.content_type, size=row.size, sha256=row.sha256)


def _browser_of(request: HttpRequest) -> Browser:
    token = request.COOKIES.get(_cookie_name(), "")
    return Browser(token if len(token) == TOKEN_LENGTH else new_token())


def _cookie_name() -> str:
    return "__Host-browser" if settings.SESSION_COOKIE_SECURE else "browser"


def _value_of(row: KeptUpload, browser: Browser) -> str:
    return signing.dumps([str(row.pk), browser.code], salt=SALT)


def _id_in(value: str, browser: Browser) -> str:
    try:
        upload_id, browser_code = signing.loads(value, salt=SALT, max_age=KEPT_FOR_S)
    except (signing.BadSignature, ValueError):
        return ""
    return str(upload_id) if browser_code == browser.code else ""
