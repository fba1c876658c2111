"""Which lines of a mail are earlier mail."""

from dataclasses import dataclass, field

from integrations.mail.reading.introductions import Introduction, belongs_above, introduction, is_forward
from integrations.mail.reading.lines import Line, Run, next_said

_MOST_BLANKS = 3
_MOST_ABOVE = 4
_FEW_WORDS = 4
_ENDS_OF_SENTENCES = (".", "?", "!", ":", ",", ";", ")")


@dataclass(kw_only=True, slots=True)
class Quotes:
    """`marked` have their marks; `rest` runs to the end without; from `content_from` on stands a mail passed on."""

    marked: list[Run] = field(default_factory=list)
    rest: Run | None = None
    content_from: int


def quotes_in(lines: list[Line]) -> Quotes:
    quotes = Quotes(content_from=len(lines))
    at = 0
    while at < quotes.content_from:
        at = _past(lines, at, quotes)
    return quotes


def _past(lines: list[Line], at: int, quotes: Quotes) -> int:
    """Note what begins at this line, and return the line to go on with."""
    line = lines[at]
    intro = None if line.is_blank or _is_marked(line) else introduction(lines, at)
    if intro is not None:
        return _past_introduction(lines, at, intro, quotes)
    return _past_marked(lines, at, at, quotes) if line.depth else at + 1


def _is_marked(line: Line) -> bool:
    # One program writes ">>> An Peeters 3/11/2026 14:05 >>>" above what it quotes.
    return bool(line.depth) and not line.written.startswith(">>>")


def _past_introduction(lines: list[Line], at: int, intro: Introduction, quotes: Quotes) -> int:
    if intro.announces == "forward":
        quotes.content_from = at
        return at
    following = next_said(lines, intro.after)
    if following < len(lines) and lines[following].depth and following - intro.after < _MOST_BLANKS:
        return _past_marked(lines, _top(lines, at), following, quotes)
    if intro.announces == "marked" or following == len(lines):
        return intro.after
    quotes.rest = Run(first=_top(lines, at), after=len(lines))
    return len(lines)


def _past_marked(lines: list[Line], first: int, at: int, quotes: Quotes) -> int:
    """Note the marked lines from `at` on, as quoted from `first` on."""
    after = _after_marked(lines, at)
    if first == at and any(is_forward(line) for line in lines[at : at + 2]):
        quotes.content_from = first
    elif first < at or not _is_typed(lines, at, after):
        quotes.marked.append(Run(first=first, after=after))
    return after


def _after_marked(lines: list[Line], at: int) -> int:
    after = at
    while at < len(lines) and (lines[at].depth or lines[at].is_blank):
        at += 1
        if lines[at - 1].depth:
            after = at
    return after


def _is_typed(lines: list[Line], first: int, after: int) -> bool:
    """Tell what people type with such a mark from a quote: "> Inzendingen > Nieuw", ">>> print(1)"."""
    run = lines[first:after]
    if all(line.written.startswith(">>>") for line in run) or (len(run) == 1 and " > " in run[0].said):
        return True
    above = lines[first - 1] if first else None
    if above is None or above.is_blank or above.depth or above.said.endswith(_ENDS_OF_SENTENCES):
        return False
    return all(_is_step(line) for line in run[: _FEW_WORDS * 2]) and len(run) <= _FEW_WORDS * 2


def _is_step(line: Line) -> bool:
    return len(line.said.split(None, _FEW_WORDS)) <= _FEW_WORDS and not line.said.endswith(_ENDS_OF_SENTENCES)


def _top(lines: list[Line], at: int) -> int:
    """Return where the introduction begins: a rule above it, or "original message", are part of it."""
    top = at
    for number in range(at - 1, max(at - _MOST_ABOVE, 0) - 1, -1):
        if belongs_above(lines[number]):
            top = number
        elif not lines[number].is_blank:
            break
    return top
