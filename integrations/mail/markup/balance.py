"""HTML from mail written anew: known elements only, each closed where it belongs, so that no later parser can differ.

A parser's time may grow with the square of the depth, and it repeats unclosed formatting in every block that follows.
What leaves here nests as it is written, which makes the depth a number that can be counted.
"""

import re
from collections.abc import Mapping
from html import escape

from integrations.mail.markup.tags import SHOWN_RAW, Piece, attributes, names, pieces

# The attribute of an empty-handed <span> that stands where an image from elsewhere would: loading that image would
# tell its owner who reads the mail, and when. Its text is what the mail says about the image, or nothing.
UNSHOWN_IMAGE = "data-unshown-image"
DEEPEST = 500

_FORMATTING = names(
    "abbr b bdi cite code del dfn em i ins kbd mark q s samp small span strike strong sub sup time tt u var",
)
_BLOCKS = names(
    "address article aside blockquote center div dl figcaption figure footer h1 h2 h3 h4 h5 h6 header hr main nav ol p "
    "pre section table ul",
)
_CELLS = frozenset({"td", "th", "caption"})
# How deep each part stands in its table.
_TABLE_PARTS = {"caption": 1, "tbody": 1, "thead": 1, "tfoot": 1, "tr": 2, "td": 3, "th": 3}
_ITEMS: Mapping[str, tuple[str, ...]] = {"li": ("li",), "dt": ("dt", "dd"), "dd": ("dt", "dd")}
_LISTS = frozenset({"ul", "ol", "dl"})
_ROOMS = _LISTS | _CELLS | {"table"}
_VOID = frozenset({"br", "hr", "img", "wbr"})
TAGS = _FORMATTING | _BLOCKS | _VOID | _ITEMS.keys() | _TABLE_PARTS.keys() | {"a"}

ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "a": ("href",),
    "img": ("src", "alt", "width", "height"),
    "ol": ("start",),
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan"),
    "span": (UNSHOWN_IMAGE,),
}
LINKS = ("http:", "https:", "mailto:", "tel:")
_NUMBERS = frozenset({"width", "height", "start", "colspan", "rowspan"})
_NUMBER = re.compile(r"[0-9]{1,4}")
_ATTACHED = re.compile(r"cid:[^\x00-\x20\"'<>`:\\]{1,250}", re.IGNORECASE)
_PIXEL = frozenset({"0", "1"})


class TooDeepError(Exception):
    """The elements stand deeper in each other than mail that people write."""


def balanced(html: str) -> str:
    """Return the same in elements that nest; raise TooDeepError beyond 500 of them in each other."""
    writer = _Writer()
    for piece in pieces(html):
        writer.add(piece)
    return writer.html()


class _Room:
    """What stands open in one cell, list or table: nothing in it closes what stands open outside."""

    def __init__(self, opener: str) -> None:
        self.opener = opener
        self.open: list[str] = []
        self.counts: dict[str, int] = {}


class _Writer:
    def __init__(self) -> None:
        self._out: list[str] = []
        self._rooms = [_Room("")]
        # Where in the list of rooms the tables are.
        self._tables: list[int] = []
        self._depth = 0
        self._links = 0
        self._starts_pre = False

    def html(self) -> str:
        self._close_rooms(1)
        self._close(len(self._rooms[0].open))
        return "".join(self._out)

    def add(self, piece: Piece) -> None:
        if piece.kind == "text":
            self._write(piece.value)
        elif piece.kind == "raw":
            if piece.value in SHOWN_RAW:
                self._write(piece.raw)
        elif piece.value in TAGS:
            (self._start if piece.kind == "start" else self._end)(piece)

    def _write(self, text: str) -> None:
        # A parser leaves out a line break right after <pre>, each time anew.
        text = text.lstrip("\r\n") if self._starts_pre else text
        if text and not text.isspace():
            self._stand_in_cell()
        self._starts_pre = self._starts_pre and not text
        self._out.append(escape(text, quote=False))

    def _start(self, piece: Piece) -> None:
        name = piece.value
        if name in _TABLE_PARTS:
            if self._tables:
                self._start_in_table(name, piece.raw)
            return
        self._stand_in_cell()
        self._close_what_ends_at(name)
        if name == "img":
            self._emit(_image(attributes(piece.raw)))
        elif name in _VOID:
            self._emit(f"<{name}>")
        elif name != "a" or self._may_link(piece.raw):
            self._open(name, piece.raw)

    def _emit(self, tag: str) -> None:
        self._starts_pre = tag == "<pre>"
        self._out.append(tag)

    def _open(self, name: str, raw: str = "") -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooDeepError
        self._emit(f"<{name}{_attributes(name, raw)}>")
        self._links += name == "a"
        if name == "table":
            self._tables.append(len(self._rooms))
        if name in _ROOMS:
            self._rooms.append(_Room(name))
            return
        room = self._rooms[-1]
        room.open.append(name)
        room.counts[name] = room.counts.get(name, 0) + 1

    def _start_in_table(self, name: str, raw: str) -> None:
        """Open a part of the nearest table, after closing what it cannot stand in."""
        self._close_rooms(self._tables[-1] + 1)
        room = self._rooms[-1]
        while room.open and _TABLE_PARTS[room.open[-1]] >= _TABLE_PARTS[name]:
            self._close(1)
        if name in {"td", "th"} and room.open[-1:] != ["tr"]:
            self._open("tr")
        self._open(name, raw)

    def _stand_in_cell(self) -> None:
        """Give what stands between the rows of a table a row: a parser would move it to before the table."""
        if self._rooms[-1].opener == "table":
            self._start_in_table("td", "")

    def _close_what_ends_at(self, name: str) -> None:
        if name in _BLOCKS or name in _ITEMS:
            self._close_to("p")
        for item in _ITEMS.get(name, ()):
            self._close_to(item)
        if name == "a":
            self._close_to("a")

    def _may_link(self, raw: str) -> bool:
        return not self._links and attributes(raw).get("href", "").strip().lower().startswith(LINKS)

    def _end(self, piece: Piece) -> None:
        name = piece.value
        if name == "br":
            self._start(piece)
        elif name == "table" or name in _TABLE_PARTS:
            self._end_in_table(name)
        elif name not in _LISTS:
            self._close_to(name)
        elif self._rooms[-1].opener in _LISTS:
            self._close_rooms(len(self._rooms) - 1)

    def _end_in_table(self, name: str) -> None:
        if not self._tables:
            return
        table = self._tables[-1]
        if name == "table":
            self._close_rooms(table)
        elif name in _CELLS:
            self._close_rooms(table + 1)
        elif self._rooms[table].counts.get(name):
            self._close_rooms(table + 1)
            self._close_to(name)

    def _close_to(self, name: str) -> None:
        """Close the nearest of this name in this room, and what stands in it."""
        room = self._rooms[-1]
        while room.counts.get(name):
            is_nearest = room.open[-1] == name
            self._close(1)
            if is_nearest:
                return

    def _close_rooms(self, kept: int) -> None:
        while len(self._rooms) > kept:
            self._close(len(self._rooms[-1].open))
            room = self._rooms.pop()
            self._emit(f"</{room.opener}>")
            self._depth -= 1
            if room.opener == "table":
                self._tables.pop()

    def _close(self, number: int) -> None:
        room = self._rooms[-1]
        for _ in range(number):
            name = room.open.pop()
            room.counts[name] -= 1
            self._links -= name == "a"
            self._emit(f"</{name}>")
        self._depth -= number


def _attributes(name: str, raw: str) -> str:
    allowed = ATTRIBUTES.get(name, ())
    found = attributes(raw) if allowed else {}
    return "".join(f' {key}="{escape(found[key])}"' for key in allowed if key in found and _is_sane(key, found[key]))


def _is_sane(key: str, value: str) -> bool:
    return key not in _NUMBERS or _NUMBER.fullmatch(value) is not None


def _image(found: Mapping[str, str]) -> str:
    source, description = found.get("src", "").strip(), escape(" ".join(found.get("alt", "").split()))
    if _ATTACHED.fullmatch(source):
        size = "".join(f' {key}="{found[key]}"' for key in ("height", "width") if _NUMBER.fullmatch(found.get(key, "")))
        return f'<img alt="{description}"{size} src="cid:{escape(source[4:])}">'
    if not _PIXEL.isdisjoint((found.get("width", ""), found.get("height", ""))):
        return ""
    return f'<span {UNSHOWN_IMAGE}="">{description}</span>'
