"""The one way the HTML of a mail is shown: a page of its own, in a sandbox without scripts that loads nothing."""

import base64
import hashlib
import logging
import re
from html import unescape
from urllib.parse import unquote

from django.http import HttpResponse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from helpdesk.kernel import files
from helpdesk.tickets.models import Attachment, Message

logger = logging.getLogger(__name__)

_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0.75rem; overflow-wrap: anywhere; }
img { max-width: 100%%; height: auto; }
table { border-collapse: collapse; }
td, th { padding: 0.125rem 0.5rem 0.125rem 0; vertical-align: top; text-align: start; }
blockquote { margin: 0.5rem 0; padding-left: 0.75rem; border-left: 3px solid; opacity: 0.8; }
[data-unshown-image] { border: 1px dashed; padding: 0 0.25rem; }
[data-unshown-image]::before { content: "%s "; font-style: italic; }
"""
_SOURCE = re.compile(r'src="cid:([^"]*)"', re.IGNORECASE)
# What a picture begins with: whatever its name says, nothing else is shown.
_SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF87a": "image/gif",
               b"GIF89a": "image/gif"}  # fmt: skip
LARGEST_IMAGE = 5 * 1024 * 1024
LARGEST_TOGETHER = 15 * 1024 * 1024


def formatted_response(message: Message) -> HttpResponse:
    """Return the page with the HTML of a message whose body was made safe when it came in."""
    style = _STYLE % _("image not shown").replace('"', "")
    content = _with_images(message.body.html, list(message.attachments.exclude(content_id="")))
    page = f'<!doctype html><html lang=""><head><meta charset="utf-8"><title>{escape(_("Mail"))}</title>'
    return HttpResponse(
        f"{page}<style>{style}</style></head><body>{content}</body></html>",
        headers={
            "Content-Security-Policy": _policy(style),
            "X-Frame-Options": "SAMEORIGIN",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "private, no-store",
        },
    )


def _policy(style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; "
        f"style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


def _with_images(html: str, attachments: list[Attachment]) -> SafeString:
    """Put pictures that came along in their places, as data; what is no picture leaves its place empty."""
    known = {attachment.content_id: attachment for attachment in attachments}
    room = LARGEST_TOGETHER

    def put(match: re.Match[str]) -> str:
        nonlocal room
        attachment = known.get(unquote(unescape(match[1])))
        if attachment is None or attachment.size > min(LARGEST_IMAGE, room):
            return ""
        room -= attachment.size
        return _data(attachment)

    return mark_safe(_SOURCE.sub(put, html))  # noqa: S308 - made safe when it came in, and shown in a sandbox


def _data(attachment: Attachment) -> str:
    try:
        with files.open_file(attachment.sha256) as file:
            content = file.read()
    except FileNotFoundError:
        logger.exception("the file of attachment %s is gone", attachment.pk)
        return ""
    media = next((media for start, media in _SIGNATURES.items() if content.startswith(start)), "")
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        media = "image/webp"
    return f'src="data:{media};base64,{base64.b64encode(content).decode()}"' if media else ""
