"""Where in a text the words stand that were looked for: text and `<mark>`, nothing else."""

import re
from collections.abc import Collection
from html import escape

from helpdesk.search.words import stem_as_written

LENGTH = 200
# Looking further than this costs more than it tells.
LOOKED_AT = 12_000
_WORD = re.compile(r"\w{2,}")


def snippet(text: str, stems: Collection[str]) -> str:
    """Return the piece of a text in which most of these words stand, marked."""
    piece = " ".join(text[:LOOKED_AT].split())
    places = [found.span() for found in _WORD.finditer(piece) if stem_as_written(found[0]) in stems] if stems else []
    start, end = _best_window(piece, places)
    inside = [(first, last) for first, last in places if first >= start and last <= end]
    before, after = "…" if start else "", "…" if end < len(piece) else ""
    return f"{before}{_marked(piece, start, end, inside)}{after}"


def _best_window(text: str, places: list[tuple[int, int]]) -> tuple[int, int]:
    """Return where to cut: around as many different words as fit, at blanks."""
    best, most = 0, 0
    for number, (start, _end) in enumerate(places):
        told = {text[first:last].lower() for first, last in places[number : number + 20] if last <= start + LENGTH}
        if len(told) > most:
            best, most = start, len(told)
    start = _blank_before(text, max(0, best - LENGTH // 5)) if most else 0
    if len(text) <= start + LENGTH:
        return (_blank_before(text, max(0, len(text) - LENGTH)) if start else 0), len(text)
    end = text.rfind(" ", start + 1, start + LENGTH + 1)
    return start, end if end > start else start + LENGTH


def _blank_before(text: str, place: int) -> int:
    return 0 if place == 0 else text.rfind(" ", max(0, place - 40), place) + 1 or place


def _marked(text: str, start: int, end: int, places: list[tuple[int, int]]) -> str:
    pieces, at = [], start
    for first, last in places:
        pieces += [escape(text[at:first]), "<mark>", escape(text[first:last]), "</mark>"]
        at = last
    return "".join([*pieces, escape(text[at:end])])
