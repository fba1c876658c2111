"""What somebody wrote as safe HTML: escaped, in paragraphs, with links nobody is recommended by."""

import re
from collections.abc import Iterator, Sequence
from html import escape

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

# A run of a text that is shown folded: start, end, and "quote" or "signature".
Fold = Sequence[int | str]

_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_ADDRESS = re.compile(r"https?://\w[^\s<>\"“”«»]*", re.IGNORECASE)
# Punctuation after an address belongs to the sentence.
_AFTERWARDS = ".,;:!?'’…"


def html_of(text: str) -> SafeString:
    """Return paragraphs with line breaks; only complete http(s) addresses become links."""
    paragraphs = (paragraph.strip("\n") for paragraph in _PARAGRAPHS.split(text) if paragraph.strip())
    return mark_safe("\n".join(f"<p>{_paragraph(paragraph)}</p>" for paragraph in paragraphs))  # noqa: S308 - made of escaped lines


def html_with_folds(text: str, folds: Sequence[Fold]) -> SafeString:
    """Return the same, with quotes and signatures folded away: one click shows them."""
    if not folds:
        return html_of(text)
    return mark_safe("\n".join(_shown(part, kind) for part, kind in _parts(text, folds)))  # noqa: S308 - made of safe parts


def own_words(text: str, folds: Sequence[Fold]) -> str:
    """Return what stands outside the folds, "" when nothing does."""
    return "\n".join(part.strip("\n") for part, kind in _parts(text, folds) if not kind).strip()


def _parts(text: str, folds: Sequence[Fold]) -> Iterator[tuple[str, str]]:
    """Yield the text in pieces, each with the kind of its fold or ""; pieces of white space alone are left out."""
    end = 0
    for start, stop, kind in [(int(start), int(stop), str(kind)) for start, stop, kind in folds]:
        yield from ((part, name) for part, name in ((text[end:start], ""), (text[start:stop], kind)) if part.strip())
        end = stop
    if text[end:].strip():
        yield text[end:], ""


def _shown(part: str, kind: str) -> SafeString:
    if not kind:
        return html_of(part)
    words = _("Show the signature") if kind == "signature" else _("Show the quoted mail")
    return format_html('<details class="fold"><summary>{}</summary>{}</details>', words, html_of(part))


def _paragraph(text: str) -> str:
    return "<br>\n".join(_line(line) for line in text.split("\n"))


def _line(text: str) -> str:
    """Return the line escaped, with links for its addresses."""
    pieces, end = [], 0
    for match in _ADDRESS.finditer(text):
        address = _without_afterwards(match[0])
        pieces += [escape(text[end : match.start()]), _link(address)]
        end = match.start() + len(address)
    pieces.append(escape(text[end:]))
    return "".join(pieces)


def _without_afterwards(address: str) -> str:
    address = address.rstrip(_AFTERWARDS)
    if address.endswith(")") and "(" not in address:
        address = address.rstrip(")").rstrip(_AFTERWARDS)
    return address


def _link(address: str) -> str:
    escaped = escape(address)
    return f'<a href="{escaped}" rel="nofollow noopener noreferrer">{escaped}</a>'
