"""Where in a text the words stand that were looked for: text and `<mark>`, nothing else."""

import re
from collections.abc import Collection, Iterator
from html import escape

from helpdesk.search.words import stem_as_written

LENGTH = 200
# Looking further than this costs more than it tells.
LOOKED_AT = 12_000
_STOPS = " .,;:!?…"
_AROUND_A_WORD = "()[]<>\"'“”‘’.,;:!?…"
_WORD = re.compile(r"\w{2,}")


def on_one_line(text: str) -> str:
    """Return a text as a snippet is cut from it: one blank between its words."""
    return " ".join(text.split())


class Marker:
    """Marks the words with these stems; what a word comes from is worked out once, in however many texts it stands."""

    def __init__(self, stems: Collection[str]) -> None:
        self._stems = stems
        # Of what stands between blanks, the words that are marked; and what has none.
        self._marked: dict[str, set[str]] = {}
        self._other: set[str] = set()

    def snippet(self, text: str) -> str:
        """Return the piece of a text on one line in which most of these words stand, marked."""
        shown = text[:LOOKED_AT]
        places = sorted(place for word in self._meant(shown) for place in _places_of(word, shown))
        start, end = _best_window(shown, places)
        inside = [(first, last) for first, last in places if first >= start and last <= end]
        before, after = "…" if start else "", ""
        if end < len(shown):
            # No full stop before the ellipsis, nor an ellipsis of the text before ours.
            end, after = len(shown[:end].rstrip(_STOPS)), "…"
        return f"{before}{_marked(shown, start, end, inside)}{after}"

    def _meant(self, shown: str) -> set[str]:
        """Return the words that are marked, as they stand here."""
        if not self._stems:
            return set()
        found = set(shown.split(" ")) - self._other
        for piece in found - self._marked.keys():
            words = {word for word in _words_of(piece) if stem_as_written(word) in self._stems}
            if words:
                self._marked[piece] = words
            else:
                self._other.add(piece)
        return set().union(*(self._marked[piece] for piece in found - self._other))


def _words_of(piece: str) -> Collection[str]:
    """Return the words in what stands between blanks, of which nearly all hold just one."""
    word = piece.strip(_AROUND_A_WORD)
    return (word,) if word.isalpha() and len(word) > 1 else _WORD.findall(piece)


def _places_of(word: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where this stands as a whole word."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not _goes_on(text[max(0, start - 1) : start]) and not _goes_on(text[end : end + 1]):
            yield start, end
        start = text.find(word, end)


def _goes_on(sign: str) -> bool:
    """Whether a word goes on with this sign."""
    return sign.isalnum() or sign == "_"


def _best_window(text: str, places: list[tuple[int, int]]) -> tuple[int, int]:
    """Return where to cut: around as many different words as fit, at blanks."""
    best, most = 0, 0
    words = [text[first:last].lower() for first, last in places]
    all_told = len(set(words))
    for number, (start, _end) in enumerate(places):
        near = range(number, min(number + 20, len(places)))
        told = len({words[place] for place in near if places[place][1] <= start + LENGTH})
        if told > most:
            best, most = start, told
        if told == all_told:
            break
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
