"""HTML from mail as the text a person reads: every word, no markup, in a time that grows with its length alone."""

import re
from collections.abc import Callable, Mapping

from helpdesk.kernel.text import clean_text
from integrations.mail.markup.layout import Layout
from integrations.mail.markup.tags import SHOWN_RAW, Piece, attributes, decoded, names, pieces

# Beyond these the lines are not worth their seconds; mail that people write stays far below.
_MOST_TAGS = 50_000
_LONGEST = 4_000_000
_LONGEST_ADDRESS = 2000

_PARAGRAPHS = names("p h1 h2 h3 h4 h5 h6 blockquote dl pre listing table")
_BLOCKS = names(
    "address article aside body caption center dd details dir div dt fieldset figcaption figure footer form header "
    "hgroup html legend main menu nav option section select summary",
)
_BREAKS = {**dict.fromkeys(_PARAGRAPHS, 2), **dict.fromkeys(_BLOCKS, 1)}
_LINKS = ("http://", "https://", "mailto:", "tel:")

_UNSEEN = re.compile(r"<(script|style)(?=[ \t\n\r\f/>])", re.IGNORECASE)
_UNSEEN_ENDS = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style")}
_INLINE = re.compile(r"</?(?:a|abbr|b|em|font|i|s|small|span|strong|sub|sup|u)(?:[ \t\n\r\f/][^<>]*)?>", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")


def text_of_html(html: str) -> str:
    """Return what the HTML says: list items after "- ", a table row a line, quotes after "> ", addresses of links."""
    if len(html) > _LONGEST or html.count("<") > _MOST_TAGS:
        return clean_text(_without_tags(html))
    layout = Layout()
    for piece in pieces(html):
        if piece.kind == "text":
            layout.say(piece.value)
        elif piece.kind == "raw":
            _say_raw(layout, piece)
        else:
            _break(layout, piece)
    return clean_text(layout.text())


def _say_raw(layout: Layout, piece: Piece) -> None:
    if piece.value in SHOWN_RAW:
        layout.break_line()
        layout.start_preformatted()
        layout.say(piece.raw)
        layout.end_preformatted()
        layout.break_line()


def _break(layout: Layout, piece: Piece) -> None:
    name = piece.value
    if piece.kind == "start":
        if name in _BREAKS:
            layout.break_line(_BREAKS[name])
        if name in _STARTS:
            _STARTS[name](layout, piece.raw)
        return
    if name in _ENDS:
        _ENDS[name](layout)
    if name in _BREAKS:
        layout.break_line(_BREAKS[name])


def _start_link(layout: Layout, raw: str) -> None:
    # As a browser does: white space in an address counts for nothing.
    address = "".join(attributes(raw).get("href", "").split())
    is_readable = address.lower().startswith(_LINKS) and len(address) <= _LONGEST_ADDRESS
    layout.start_link(address if is_readable else "")


def _say_image(layout: Layout, raw: str) -> None:
    description = attributes(raw).get("alt", "").strip()
    if description:
        layout.say(f"[{description}]")


_STARTS: Mapping[str, Callable[[Layout, str], None]] = {
    "a": _start_link,
    "img": _say_image,
    "br": lambda layout, _: layout.break_line_again(),
    "hr": lambda layout, _: layout.rule(),
    "blockquote": lambda layout, _: layout.start_quote(),
    "pre": lambda layout, _: layout.start_preformatted(),
    "ul": lambda layout, _: layout.start_list(is_numbered=False),
    "ol": lambda layout, _: layout.start_list(is_numbered=True),
    "li": lambda layout, _: layout.start_item(),
    "tr": lambda layout, _: layout.start_row(),
    "td": lambda layout, _: layout.start_cell(),
    "th": lambda layout, _: layout.start_cell(),
}
_ENDS: Mapping[str, Callable[[Layout], None]] = {
    "a": Layout.end_link,
    # To a browser this, without a start, is a line break.
    "br": Layout.break_line_again,
    "blockquote": Layout.end_quote,
    "pre": Layout.end_preformatted,
    "ul": Layout.end_list,
    "ol": Layout.end_list,
    "li": Layout.end_item,
    "table": Layout.end_row,
    "tr": Layout.end_row,
}


def _without_tags(html: str) -> str:
    """Return every word of HTML that is too large to lay out: a line a tag, the quickest that loses nothing."""
    text = decoded(_TAG.sub("\n", _INLINE.sub("", _without_unseen(html))))
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def _without_unseen(html: str) -> str:
    kept, at = [], 0
    while (start := _UNSEEN.search(html, at)) is not None:
        kept.append(html[at : start.start()])
        end = _UNSEEN_ENDS[start[1].lower()].search(html, start.end())
        at = end.start() if end is not None else len(html)
    kept.append(html[at:])
    return "".join(kept)
