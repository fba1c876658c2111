"""HTML from mail cut into tags and text, as a browser would, in a time that grows with its length alone.

The standard library's parser takes minutes for some texts of 200 kB (`<![`, `</`, comments without an end). Here every
search that fails is remembered, so none is made twice. Where a browser would hide the rest of a mail because something
was never closed, the rest is kept as text: to lose words is worse than to show a bracket too many.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Literal, NamedTuple

# What stands in these is no markup to a browser; the first ones it shows as text.
SHOWN_RAW = frozenset({"textarea", "xmp", "plaintext"})
_UNSHOWN_RAW = frozenset({"script", "style", "title", "iframe", "noembed", "noframes"})
_RAW = SHOWN_RAW | _UNSHOWN_RAW
# When these are never closed a browser shows nothing more, and what follows is no language for people.
_HIDES_THE_REST = frozenset({"script", "style"})
_NEVER_ENDS = "plaintext"
_CODED_RAW = frozenset({"textarea", "title"})

_NAME = re.compile(r"</?([a-zA-Z][^ \t\n\r\f/>]*)")
_PLAIN_END = re.compile(r"[^>\"']*>")
_ATTRIBUTE = re.compile(
    r"[ \t\n\r\f/]*(=?[^ \t\n\r\f/>=]*)[ \t\n\r\f]*"
    r"(?:=[ \t\n\r\f]*(?:\"([^\"]*)\"|'([^']*)'|([^ \t\n\r\f>]*)))?",
)
_RAW_ENDS = {name: re.compile(rf"</{name}(?=[ \t\n\r\f/>])", re.IGNORECASE) for name in _RAW}
# int() refuses thousands of digits, and no character has a number this long.
_ENDLESS_NUMBER = re.compile(r"&#[0-9]{8,}|&#[xX][0-9a-fA-F]{8,}")
_COMMENT_ENDS = ("-->", "--!>")


class Piece(NamedTuple):
    """`value` is the text, decoded, or the name of the tag in lower case; `raw` what stood after the name."""

    kind: Literal["text", "start", "end", "raw"]
    value: str
    raw: str = ""


def pieces(html: str) -> Iterator[Piece]:
    """Yield the text and the tags; comments and declarations are left out.

    A "raw" piece is an element whose content is no markup: its name and its content.
    """
    return _Cutter(html).pieces()


def names(text: str) -> frozenset[str]:
    """Return the names of elements that stand in the text."""
    return frozenset(text.split())


def attributes(raw: str) -> dict[str, str]:
    """Return what stands after the name of a tag; of attributes with one name, the first."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(raw):
        name, *values = match.groups()
        if name and name.lower() not in found:
            found[name.lower()] = decoded(next((value for value in values if value is not None), ""))
    return found


class _Cutter:
    def __init__(self, html: str) -> None:
        self._html = html
        self._at = 0
        self._absent: set[str] = set()

    def pieces(self) -> Iterator[Piece]:
        html = self._html
        while (bracket := html.find("<", self._at)) != -1:
            if bracket > self._at:
                yield Piece("text", decoded(html[self._at : bracket]))
            self._at = bracket
            yield self._bracket()
        if self._at < len(html):
            yield Piece("text", decoded(html[self._at :]))

    def _bracket(self) -> Piece:
        name = _NAME.match(self._html, self._at)
        if name is not None:
            return self._tag(name)
        following = self._html[self._at + 1 : self._at + 2]
        if following not in {"!", "?", "/"} or not following:
            self._at += 1
            return Piece("text", "<")
        self._skip_declaration()
        return Piece("text", "")

    def _skip_declaration(self) -> None:
        start = self._at
        if not self._html.startswith("<!--", start):
            self._skip_past(">", start + 2)
        elif self._html.startswith((">", "->"), start + 4):
            self._skip_past(">", start + 4)
        elif not self._skip_past("-->", start + 4) and not self._skip_past("--!>", start + 4):
            self._at = start + 4

    def _skip_past(self, end: str, start: int) -> bool:
        """Go past the next `end`, or only past what opened it when there is none."""
        self._at = start
        found = self._find(end, start)
        if found != -1:
            self._at = found + len(end)
        return found != -1

    def _find(self, text: str, start: int) -> int:
        if text in self._absent:
            return -1
        found = self._html.find(text, start)
        if found == -1:
            self._absent.add(text)
        return found

    def _tag(self, match: re.Match[str]) -> Piece:
        end = self._end_of_tag(match.end())
        if end == -1:
            rest, self._at = self._html[self._at :], len(self._html)
            return Piece("text", decoded(rest))
        name, raw = match[1].lower(), self._html[match.end() : end - 1]
        is_end = self._html[self._at + 1] == "/"
        self._at = end
        if is_end:
            return Piece("end", name)
        if name in _RAW and name not in self._absent:
            return self._raw_element(name, raw)
        return Piece("start", name, raw)

    def _end_of_tag(self, at: int) -> int:
        """Return where the tag ends that has its attributes from here on, -1 when it never does."""
        plain = _PLAIN_END.match(self._html, at)
        if plain is not None:
            return plain.end()
        while (match := _ATTRIBUTE.match(self._html, at)) is not None and match.end() > at:
            at = match.end()
        return at + 1 if self._html.startswith(">", at) else -1

    def _raw_element(self, name: str, raw: str) -> Piece:
        start = self._at
        end = _RAW_ENDS[name].search(self._html, start) if name != _NEVER_ENDS else None
        if end is not None:
            self._at = end.start()
        elif name in _HIDES_THE_REST or name == _NEVER_ENDS:
            self._at = len(self._html)
        else:
            self._absent.add(name)
            return Piece("start", name, raw)
        content = self._html[start : self._at]
        return Piece("raw", name, decoded(content) if name in _CODED_RAW else content)


def decoded(text: str) -> str:
    if "&" not in text:
        return text
    return unescape(_ENDLESS_NUMBER.sub("\ufffd", text))
