"""Which lines at the end of somebody's own words are a signature, and say nothing about the question."""

import re

from integrations.mail.reading.lines import LONGEST, Line, Run
from integrations.mail.reading.phrases import (
    CONTACTS,
    CONTENT,
    DEVICES,
    DISCLAIMER_OPENINGS,
    DISCLAIMERS,
    GET_PROGRAM,
    GREETINGS,
    LEGAL,
    PROGRAM,
    SALUTATIONS,
    SENT_BEHIND,
    SENT_WITH,
)

_DELIMITER = "--"
_MOST_LINES = 16
_MOST_LEGAL_LINES = 25
_MOST_LINES_OF_NAME = 6
_LONGEST_LINE = 120
_LONGEST_GREETING = 60
_MOST_WORDS_SENT_WITH = 11
_FEWEST_WORDS_OF_SENTENCE = 6
_OPENING_LINES = 4

_CONTACT = re.compile(
    r"@|www\.|https?:|[0-9][0-9 ./()+-]{6,}|\b[0-9]{4} [A-Z]|^(?:t|m|f|e|tel|w) ?[:.] ?|^\[", re.IGNORECASE
)
_GET_PROGRAM = re.compile(GET_PROGRAM)
_PROGRAM = re.compile(PROGRAM)
_SENT_BEHIND = re.compile(SENT_BEHIND)
_DEVICE = re.compile(rf"\b(?:{'|'.join(map(re.escape, DEVICES))})\b")
_CONTENT = re.compile(rf"(?:{'|'.join(map(re.escape, CONTENT))})(?:\b|[^a-z]|$)")
_GREETING = re.compile(rf"(?:{'|'.join(map(re.escape, GREETINGS))})\w{{0,3}}(?!\w)")
_SALUTATION = re.compile(rf"(?:{'|'.join(map(re.escape, SALUTATIONS))})\b")
_LINK = re.compile(r"[<(\[]?https?://[^ ]*")


def signature_in(lines: list[Line], part: Run) -> Run | None:
    """Return the lines of the part that are its signature; the greeting above it stays with the message."""
    legal_from = _legal_from(lines, part)
    tail = _last_said(lines, Run(first=part.first, after=legal_from))
    for place, number in enumerate(tail):
        if _starts_here(lines, tail, place) and _is_signature(lines, tail[place:], has_more=legal_from < part.after):
            return Run(first=number, after=part.after)
    return Run(first=legal_from, after=part.after) if legal_from < part.after else None


def is_greeting(line: Line) -> bool:
    return len(line.said) <= _LONGEST_GREETING and _GREETING.match(line.lower) is not None


def is_salutation(line: Line) -> bool:
    """Say whether the line addresses somebody and says no more."""
    words = line.lower.removesuffix(",")
    if "," in words or words.endswith((".", "?")):
        return False
    is_short = len(words.split(None, _FEWEST_WORDS_OF_SENTENCE)) < _FEWEST_WORDS_OF_SENTENCE
    return is_short and _SALUTATION.match(words) is not None


def _last_said(lines: list[Line], part: Run) -> list[int]:
    """Return the numbers of the last lines that are not blank, as many as a signature has at most."""
    said: list[int] = []
    number = part.after
    while number > part.first and len(said) < _MOST_LINES:
        number -= 1
        if not lines[number].is_blank:
            said.append(number)
    return said[::-1]


def _legal_from(lines: list[Line], part: Run) -> int:
    """Return where the disclaimer starts that goes on to the end of the part; that end when there is none."""
    last_said = _last_words(lines, part)
    for number in range(last_said, part.after):
        if _is_legal(lines, number):
            length = sum(not line.is_blank for line in lines[number : part.after])
            return number if length <= _MOST_LEGAL_LINES else part.after
    return part.after


def _last_words(lines: list[Line], part: Run) -> int:
    """Return the number of the line after the last that asks, greets or addresses somebody."""
    for number in range(part.after - 1, part.first - 1, -1):
        line = lines[number]
        if _asks(line) or is_greeting(line) or is_salutation(line):
            return number + 1
    return part.first


def _is_legal(lines: list[Line], number: int) -> bool:
    opening = lines[number].lower.lstrip("[(*_ ")
    if not opening.startswith(DISCLAIMER_OPENINGS):
        return False
    words = " ".join(line.lower for line in lines[number : number + _OPENING_LINES])
    return any(phrase in words for phrase in LEGAL)


def _starts_here(lines: list[Line], tail: list[int], place: int) -> bool:
    line = lines[tail[place]]
    return (
        line.said == _DELIMITER
        or _is_added(line)
        or (place > 0 and is_greeting(lines[tail[place - 1]]) and not is_greeting(line))
    )


def _is_signature(lines: list[Line], numbers: list[int], *, has_more: bool) -> bool:
    """Say whether the lines are a name and where to find it; one name alone is not worth hiding."""
    said = [lines[number] for number in numbers]
    if said[0].said == _DELIMITER:
        return not any(_asks(line) or is_salutation(line) for line in said[1:]) and (len(said) > 1 or has_more)
    if any(_is_sentence(line) for line in said):
        return False
    paragraphs = _paragraphs(lines, numbers)
    name, others = paragraphs[0], paragraphs[1:]
    is_worth_it = len(said) > 1 or has_more or _is_added(said[0])
    return (
        is_worth_it
        and len(name) <= _MOST_LINES_OF_NAME + sum(map(_tells_where, name))
        and all(any(map(_tells_where, paragraph)) for paragraph in others)
    )


def _paragraphs(lines: list[Line], numbers: list[int]) -> list[list[Line]]:
    paragraphs: list[list[Line]] = []
    for before, number in zip([None, *numbers], numbers, strict=False):
        if before is None or number > before + 1:
            paragraphs.append([])
        paragraphs[-1].append(lines[number])
    return paragraphs


def _is_sentence(line: Line) -> bool:
    """Say whether the line is more likely a part of the message."""
    if _is_added(line) or line.is_rule:
        return False
    is_long = len(line.said) > _LONGEST_LINE
    has_words = len(line.said.split(None, _FEWEST_WORDS_OF_SENTENCE)) >= _FEWEST_WORDS_OF_SENTENCE
    ends = line.said.endswith((".", "!", ":"))
    return (
        is_long or (has_words and ends) or _asks(line) or is_salutation(line) or _CONTENT.match(line.lower) is not None
    )


def _asks(line: Line) -> bool:
    return "?" in _LINK.sub("", line.said[:LONGEST]) or len(line.said) > LONGEST


def _tells_where(line: Line) -> bool:
    if _is_added(line) or line.is_rule or _CONTACT.search(line.said) is not None:
        return True
    return any(word in line.lower for word in CONTACTS)


def _is_added(line: Line) -> bool:
    """Say whether a program or an employer puts this line under every mail."""
    without_links = _LINK.sub("", line.lower)
    words = " ".join(without_links.split()).strip("[]()<>. ")
    is_program = _PROGRAM.fullmatch(words) is not None and without_links != line.lower
    if is_program or words.startswith(DISCLAIMERS) or _GET_PROGRAM.fullmatch(words) is not None:
        return True
    is_short = len(words.split()) <= _MOST_WORDS_SENT_WITH
    # After the comma stands an excuse, or the rest of somebody's sentence.
    sent_with, _, _ = words.partition(", ")
    is_told = sent_with.startswith(SENT_WITH) or _SENT_BEHIND.fullmatch(words) is not None
    return is_short and is_told and _DEVICE.search(sent_with) is not None
