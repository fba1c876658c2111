"""What the parts of a mail say in words, and the parts that are files: each part is one of the two."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from itertools import groupby
from urllib.parse import unquote

from helpdesk.kernel.text import clean_line, clean_text
from integrations.mail.markup.plain import text_of_html
from integrations.mail.parsing.charsets import decoded
from integrations.mail.parsing.filenames import filename, given_filename
from integrations.mail.parsing.flowed import unflowed
from integrations.mail.parsing.parsed import ParsedAttachment
from integrations.mail.parsing.parts import Part

MOST_TEXT = 2_000_000
_LONGEST_ID = 998
# Text to machines.
_DATA = {
    "text/calendar", "text/css", "text/csv", "text/directory", "text/javascript", "text/rfc822-headers", "text/rtf",
    "text/tab-separated-values", "text/vcard", "text/x-amp-html", "text/x-vcard", "text/xml",
}  # fmt: skip
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,5}=\s{0,5}[\"']?([\w:.-]{1,40})", re.IGNORECASE)
_META_WITHIN = 4096
_WORD = re.compile(r"\w+")
_SHOWN_IN_HTML = re.compile(r"\bcid:([^\"'\s<>)]{1,998})", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Body:
    text: str
    html: str
    attachments: tuple[ParsedAttachment, ...]
    defects: tuple[str, ...]


@dataclass(frozen=True)
class _Piece:
    """A text to read, as plain text, as HTML, or as both when one stands for the other."""

    plain: str
    html: str

    def markup(self) -> str:
        return self.html or f"<p>{escape(self.plain)}</p>\n".replace("\n", "<br>\n")


def body_of(mail: Part) -> Body:
    reader = _Reader()
    pieces = [piece for piece in reader.pieces(mail) if piece.plain or piece.html]
    html = "".join(piece.markup() for piece in pieces) if any(piece.html for piece in pieces) else ""
    shown = {unquote(content_id) for content_id in _SHOWN_IN_HTML.findall(html)}
    return Body(
        text=_words(pieces),
        html=html,
        attachments=tuple(_attachment(part, shown) for part in reader.files),
        defects=tuple(sorted(reader.defects)),
    )


class _Reader:
    """Sorts the leaves into texts and files, in their order."""

    def __init__(self) -> None:
        self.files: list[Part] = []
        self.defects: set[str] = set()
        self._room = MOST_TEXT

    def pieces(self, part: Part) -> list[_Piece]:
        if part.is_multipart:
            children = [self.pieces(child) for child in part.children]
            if part.content_type == "multipart/alternative":
                return _alternative(children)
            return [piece for pieces in children for piece in pieces]
        if _is_text(part):
            return self._text(part)
        self.files.append(part)
        return []

    def _text(self, part: Part) -> list[_Piece]:
        if part.content_type.startswith("multipart/"):
            self.defects.add("delimiter_missing")
        size = part.end - part.start
        content = part.content(self._room)
        if size > self._room:
            # What is too long to show as a text is a file as well, whole.
            self.defects.add("text_cut")
            self.files.append(part)
        self._room = max(self._room - size, 0)
        return [_html_piece(part, content) if part.content_type == "text/html" else _plain_piece(part, content)]


def _is_text(part: Part) -> bool:
    if part.fields.keyword("content-disposition") == "attachment" or given_filename(part.fields):
        return False
    return part.content_type.startswith(("text/", "multipart/")) and part.content_type not in _DATA


def _plain_piece(part: Part, content: bytes) -> _Piece:
    text = decoded(content, part.fields.text_parameter("content-type", "charset"))
    if part.fields.text_parameter("content-type", "format").lower() == "flowed":
        drops_space = part.fields.text_parameter("content-type", "delsp").lower() == "yes"
        text = unflowed(text, drops_space=drops_space)
    return _Piece(clean_text(text), "")


def _html_piece(part: Part, content: bytes) -> _Piece:
    charset = part.fields.text_parameter("content-type", "charset")
    if not charset:
        meta = _META_CHARSET.search(content, 0, _META_WITHIN)
        charset = meta[1].decode("latin-1") if meta else ""
    return _Piece("", clean_text(decoded(content, charset)))


def _alternative(children: list[list[_Piece]]) -> list[_Piece]:
    """Return one piece out of several that say the same: the words of the plain ones, the HTML of the others."""
    plain = [piece for pieces in children if not _has_html(pieces) for piece in pieces]
    rich = [piece for pieces in children if _has_html(pieces) for piece in pieces]
    if not rich:
        return [_Piece(_words(plain), "")]
    html = "".join(piece.markup() for piece in rich)
    return [_Piece(_words([*plain, *_said_beside(plain, rich)]), html)]


def _said_beside(plain: list[_Piece], rich: list[_Piece]) -> list[_Piece]:
    """Return the plain texts between the HTML that the plain alternative does not repeat, as a list's footer."""
    if not any(piece.plain for piece in plain):
        return rich if any(piece.plain for piece in rich) else []
    said = {word for piece in plain for word in _WORD.findall(piece.plain)}
    return [_Piece(piece.plain, "") for piece in rich if not said.issuperset(_WORD.findall(piece.plain))]


def _has_html(pieces: list[_Piece]) -> bool:
    return any(piece.html for piece in pieces)


def _words(pieces: list[_Piece]) -> str:
    """Return the plain texts, and where there is only HTML what that says; a run of it is read at once."""
    runs = groupby(pieces, key=lambda piece: bool(piece.plain))
    texts = (_plain_words(run) if is_plain else _words_of_html(run) for is_plain, run in runs)
    return "\n\n".join(text for text in texts if text)


def _plain_words(pieces: Iterable[_Piece]) -> str:
    return "\n\n".join(piece.plain for piece in pieces)


def _words_of_html(pieces: Iterable[_Piece]) -> str:
    return text_of_html("\n".join(piece.html for piece in pieces))


def _attachment(part: Part, shown: set[str]) -> ParsedAttachment:
    content_id = clean_line(decoded(part.fields.first("content-id"))).strip("<> ")[:_LONGEST_ID]
    return ParsedAttachment(
        filename=filename(part.fields, part.content_type),
        content_type=part.content_type,
        content=part.content(),
        content_id=content_id,
        is_inline=content_id in shown,
    )
