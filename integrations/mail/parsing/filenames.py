"""A name for every attachment: its own, without the folders it came from, or one that says what it is."""

import re

from helpdesk.kernel.text import clean_line
from integrations.mail.parsing.fields import Fields

_LONGEST = 200
_LONGEST_SUFFIX = 20
_FOLDERS = re.compile(r"^.*[/\\]", re.DOTALL)
_BY_TYPE = {
    "message/rfc822": "message.eml",
    "message/global": "message.eml",
    "message/delivery-status": "delivery-status.txt",
    "message/global-delivery-status": "delivery-status.txt",
    "message/disposition-notification": "disposition-notification.txt",
    "message/feedback-report": "feedback-report.txt",
    "text/rfc822-headers": "headers.txt",
    "message/global-headers": "headers.txt",
    "text/calendar": "invite.ics",
    "application/ics": "invite.ics",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
    "application/pgp-signature": "signature.asc",
    "application/pgp-encrypted": "pgp-encrypted.txt",
    "application/ms-tnef": "winmail.dat",
    "text/plain": "text.txt",
    "text/html": "text.html",
}
_SUFFIXES = {
    "application/pdf": "pdf",
    "application/xml": "xml",
    "application/zip": "zip",
    "audio/mpeg": "mp3",
    "image/bmp": "bmp",
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/jpg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
    "image/webp": "webp",
    "text/csv": "csv",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "text/xml": "xml",
    "video/mp4": "mp4",
}


def given_filename(fields: Fields) -> str:
    """Return the name the sender gave, "" when there is none that can be one."""
    name = fields.text_parameter("content-disposition", "filename") or fields.text_parameter("content-type", "name")
    return _fit(_FOLDERS.sub("", clean_line(name)).strip(" ."))


def filename(fields: Fields, content_type: str) -> str:
    return given_filename(fields) or _BY_TYPE.get(content_type) or f"attachment.{_SUFFIXES.get(content_type, 'bin')}"


def _fit(name: str) -> str:
    """Cut a long name before its suffix."""
    if len(name) <= _LONGEST:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > _LONGEST_SUFFIX:
        return name[:_LONGEST]
    return f"{stem[: _LONGEST - len(suffix) - 1]}{dot}{suffix}"
