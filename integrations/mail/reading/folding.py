"""Which runs of a mail a reader may fold away: earlier mail that is quoted, and signatures. Nothing is ever cut."""

import re
from dataclasses import dataclass
from typing import Literal

from integrations.mail.reading.lines import Line, Run, lines_of
from integrations.mail.reading.phrases import POINTERS
from integrations.mail.reading.quotes import Quotes, quotes_in
from integrations.mail.reading.signatures import is_greeting, is_salutation, signature_in

_WORD = re.compile(r"[^\W_]+")
# A mail that only points at what stands below has few words of its own.
_FEW_WORDS = 40
# No mail that a person scrolls through has more.
_MOST_LINES = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Fold:
    """The text from `start` up to `end`: whole lines, without the last line break."""

    start: int
    end: int
    kind: Literal["quote", "signature"]


def folds_of(text: str, *, is_forward: bool = False) -> list[Fold]:
    """Return what may be folded, in the order of the text; nothing when nothing would be left to read.

    What somebody passes on is their question, and stays open; `is_forward` says that its subject tells so.
    """
    if text.count("\n") > _MOST_LINES:
        return []
    lines = lines_of(text)
    quotes = quotes_in(lines)
    signature = _signature(lines, quotes)
    own = _own_words(lines, quotes, signature)
    if not own and quotes.content_from == len(lines):
        return []
    if quotes.rest is not None and (is_forward or _points_below(own)):
        quotes.rest = None
    runs = [*quotes.marked, *([quotes.rest] if quotes.rest else [])]
    folds = [_fold(lines, run, "quote") for run in runs]
    if signature is not None:
        folds.append(_fold(lines, signature, "signature"))
    return sorted(folds, key=lambda fold: fold.start)


def _fold(lines: list[Line], run: Run, kind: Literal["quote", "signature"]) -> Fold:
    after = run.after
    while lines[after - 1].is_blank:
        after -= 1
    return Fold(start=lines[run.first].start, end=lines[after - 1].end, kind=kind)


def _signature(lines: list[Line], quotes: Quotes) -> Run | None:
    """Return the signature at the end of the last words of the sender's own."""
    parts = [
        part for part in _own_parts(lines, quotes) if not all(line.is_blank for line in lines[part.first : part.after])
    ]
    return signature_in(lines, parts[-1]) if parts else None


def _own_parts(lines: list[Line], quotes: Quotes) -> list[Run]:
    """Return the runs between the quotes."""
    end = quotes.content_from if quotes.rest is None else quotes.rest.first
    edges = [0, *(edge for run in quotes.marked for edge in (run.first, run.after)), end]
    return [Run(first=first, after=after) for first, after in zip(edges[::2], edges[1::2], strict=True)]


def _own_words(lines: list[Line], quotes: Quotes, signature: Run | None) -> str:
    """Return what the sender says: without quotes, signature, salutation and greeting; "" when that is no word."""
    hidden = range(signature.first, signature.after) if signature is not None else range(0)
    said = [
        line.said
        for part in _own_parts(lines, quotes)
        for number, line in enumerate(lines[part.first : part.after], part.first)
        if number not in hidden and not is_greeting(line) and not is_salutation(line)
    ]
    text = " ".join(said)
    return text if _WORD.search(text) is not None else ""


def _points_below(own: str) -> bool:
    """Say whether somebody tells to read what stands below: "Ik krijg deze mail:"."""
    is_short = len(own.split(None, _FEW_WORDS)) <= _FEW_WORDS
    return own.rstrip().endswith(":") or (is_short and any(pointer in own.casefold() for pointer in POINTERS))
