"""The files of a form: just sent, or kept for two hours from an attempt that was refused.

A kept file belongs to one browser, known by a random cookie; what the form carries is signed and names both.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.translation import gettext as _

from helpdesk.accounts.actors import Actor
from helpdesk.accounts.http import ActorRequest
from helpdesk.kernel.policy import RefusedError, require
from helpdesk.kernel.tokens import hash_token, new_token
from helpdesk.portal.limits import may_keep_from
from helpdesk.tickets.content import Upload, may_send_file, store_upload
from helpdesk.tickets.models import KeptUpload
from helpdesk.tickets.services import keep_upload, kept_uploads, may_keep
from helpdesk.tickets.services.uploads import KEPT_FOR

FIELD = "attachments"
KEPT_FIELD = "kept"
SALT = "portal.kept"
TOKEN_LENGTH = len(new_token())
KEPT_FOR_S = int(KEPT_FOR.total_seconds())


@dataclass(frozen=True)
class Browser:
    """Whose kept files these are, and where they come from."""

    token: str
    address: str

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
    """What came with a form; `sent` is not stored before it is known what for."""

    browser: Browser
    kept: tuple[KeptUpload, ...] = ()
    sent: tuple["UploadedFile[Any]", ...] = ()
    refusals: tuple[str, ...] = ()


def receive_files(request: ActorRequest) -> SentFiles:
    """Look at what was sent and look up what was kept; say which files cannot be taken."""
    before = kept_before(request)
    files = request.FILES.getlist(FIELD)
    fitting = tuple(file for file in files if may_send_file(file.size or 0))
    refusals = (_about(file, may_send_file(file.size or 0).reason) for file in files if file not in fitting)
    return SentFiles(before.browser, before.kept, fitting, (*before.refusals, *refusals))


def store_files(files: SentFiles) -> tuple[Upload, ...]:
    """Store what was sent; return it with what was kept, for the message it all belongs to."""
    return (*map(_upload_of, files.kept), *map(_store, files.sent))


def kept_before(request: ActorRequest) -> SentFiles:
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
    """Keep what was just sent for the next attempt."""
    kept, refusals = list(files.kept), list(files.refusals)
    for file in files.sent:
        try:
            kept.append(_keep(actor, files.browser, file))
        except RefusedError as refusal:
            refusals.append(_about(file, refusal))
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


def _keep(actor: Actor, browser: Browser, file: "UploadedFile[Any]") -> KeptUpload:
    """Ask for room before anything is on the disk."""
    require(may_keep(browser.code, file.size or 0))
    require(may_keep_from(browser.address, file.size or 0))
    return keep_upload(actor=actor, browser=browser.code, upload=_store(file))


def _store(file: "UploadedFile[Any]") -> Upload:
    return store_upload(filename=file.name or "", chunks=file.chunks())


def _about(file: "UploadedFile[Any]", refusal: object) -> str:
    return f"“{file.name}”: {refusal}"


def _upload_of(row: KeptUpload) -> Upload:
    return Upload(filename=row.filename, content_type=row.content_type, size=row.size, sha256=row.sha256)


def _browser_of(request: ActorRequest) -> Browser:
    token = request.COOKIES.get(_cookie_name(), "")
    return Browser(token if len(token) == TOKEN_LENGTH else new_token(), request.client_address)


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
