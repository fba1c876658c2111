"""What somebody wrote as safe HTML: escaped, in paragraphs, with links nobody is recommended by."""

import re

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_ADDRESS = re.compile(r"https?://\w[^\s<>\"“”«»]*", re.IGNORECASE)
# Punctuation after an address belongs to the sentence.
_AFTERWARDS = ".,;:!?'’…"


def html_of(text: str) -> SafeString:
    """Return paragraphs with line breaks; only complete http(s) addresses become links."""
    paragraphs = [paragraph for paragraph in _PARAGRAPHS.split(text) if paragraph.strip()]
    return format_html_join("\n", "<p>{}</p>", ((_paragraph(paragraph.strip("\n")),) for paragraph in paragraphs))


def _paragraph(text: str) -> SafeString:
    return mark_safe("<br>\n".join(_line(line) for line in text.split("\n")))  # noqa: S308 - each line is escaped


def _line(text: str) -> SafeString:
    pieces, end = [], 0
    for match in _ADDRESS.finditer(text):
        address = _without_afterwards(match[0])
        pieces += [escape(text[end : match.start()]), _link(address)]
        end = match.start() + len(address)
    pieces.append(escape(text[end:]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped


def _without_afterwards(address: str) -> str:
    address = address.rstrip(_AFTERWARDS)
    if address.endswith(")") and "(" not in address:
        address = address.rstrip(")").rstrip(_AFTERWARDS)
    return address


def _link(address: str) -> SafeString:
    return format_html('<a href="{}" rel="nofollow noopener noreferrer">{}</a>', address, address)
