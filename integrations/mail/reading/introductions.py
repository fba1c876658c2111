"""What a mail program writes above the mail it quotes or passes on."""

import re
from dataclasses import dataclass
from typing import Literal

from integrations.mail.reading.lines import LONGEST, Line
from integrations.mail.reading.phrases import FORWARDS, LABELS, MONTHS, ORIGINALS, PARTICLES, TELLERS, VERBS, Label

OWN_MARKER = "##-"
_ARROWS = ">>>"
_LONGEST_MARKER = 120
_FEWEST_LABELS = 3
_MOST_LINES = 4

_DATE = re.compile(
    r"\b[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{2,4}\b|\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b"
    rf"|\b[0-9]{{1,2}}\.? (?:{MONTHS})[^ 0-9]{{0,8}},? [0-9]{{4}}\b"
    rf"|\b(?:{MONTHS})[^ 0-9]{{0,8}} [0-9]{{1,2}},? [0-9]{{4}}\b",
    re.IGNORECASE,
)
_TIME = re.compile(r"\b[0-9]{1,2}[:.h][0-9]{2}\b")
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_BARE_DATE = re.compile(r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2} ")


@dataclass(frozen=True, kw_only=True, slots=True)
class Introduction:
    """What follows line `after` is a mail passed on, the rest of this mail, or only lines that are marked as quoted."""

    announces: Literal["forward", "rest", "marked"]
    after: int


def introduction(lines: list[Line], at: int) -> Introduction | None:
    """Return what the line `at` begins to introduce."""
    line = lines[at]
    if is_forward(line):
        return Introduction(announces="forward", after=at + 1)
    if _is_original(line) or line.said.startswith(OWN_MARKER):
        return Introduction(announces="rest", after=_after_header(lines, at + 1))
    after = _after_header(lines, at)
    if after > at:
        return Introduction(announces="rest", after=after)
    return _attribution(lines, at)


def is_forward(line: Line) -> bool:
    is_heading = line.said.startswith("--") or line.said.endswith(":") or line.lower in FORWARDS
    return is_heading and _says(line, FORWARDS)


def belongs_above(line: Line) -> bool:
    """Say whether the line is part of the introduction under it: a rule, or the words "original message"."""
    return line.is_rule or _says(line, ORIGINALS)


def _is_original(line: Line) -> bool:
    return line.said.startswith(("--", "__", "==")) and _says(line, ORIGINALS)


def _says(line: Line, phrases: tuple[str, ...]) -> bool:
    if len(line.said) > _LONGEST_MARKER:
        return False
    words = line.said.strip("-_=*: ").casefold()
    return words.startswith(phrases) or words.endswith(phrases)


def _after_header(lines: list[Line], at: int) -> int:
    """Return the number of the line after From, Sent, To, Subject… when three of them stand there; else `at`."""
    found: dict[Label, str] = {}
    after = at
    while (label_at := _next_label(lines, after, found)) is not None:
        label = _label(lines[label_at])
        if label is None or (not found and (label != "from" or label_at != at)):
            break
        found[label] = lines[label_at].said
        after = label_at + 1
    return after if _is_header(found) else at


def _next_label(lines: list[Line], at: int, found: dict[Label, str]) -> int | None:
    """Return where the next label is: here, past one blank line, or past lines over which a long value went on."""
    for number in range(at, min(at + _MOST_LINES, len(lines))):
        label = _label(lines[number])
        if label is not None:
            return number if label not in found or label == "copy" else None
        if not found or (lines[number].is_blank and number > at):
            return None
    return None


def _label(line: Line) -> Label | None:
    name, colon, value = line.said[:LONGEST].partition(":")
    return LABELS.get(name.strip("*_| ").casefold()) if colon and value.strip("*_| ") else None


def _is_header(found: dict[Label, str]) -> bool:
    # A memo has a sender, an addressee and a date too, but no address, and no clock.
    is_mail = "@" in "".join(found.values()) or _TIME.search(found.get("sent", "")) is not None
    return len(found) >= _FEWEST_LABELS and is_mail


def _attribution(lines: list[Line], at: int) -> Introduction | None:
    """Recognise "Op di 3 nov 2026 om 14:05 schreef An Peeters <an@…>:", over at most four lines."""
    for number in range(at, min(at + _MOST_LINES, len(lines))):
        if lines[number].is_blank:
            return None
        if not lines[number].written.endswith((":", ">")):
            continue
        text = " ".join(line.written for line in lines[at : number + 1])
        announces = _announced(text) if len(text) <= LONGEST else None
        if announces is not None:
            return Introduction(announces=announces, after=number + 1)
    return None


def _announced(text: str) -> Literal["rest", "marked"] | None:
    has_address = _ADDRESS.search(text) is not None
    if has_address and _BARE_DATE.match(text) is not None:
        return "rest" if text.endswith(":") else "marked"
    if text.startswith(_ARROWS):
        return "rest" if text.endswith(_ARROWS) and _DATE.search(text) is not None else None
    words = _WORD.findall(_ADDRESS.sub("", text.rstrip(": ")))
    verb = _verb(words)
    if not text.endswith(":") or verb is None or not TELLERS.isdisjoint(words):
        return None
    has_date = _DATE.search(text) is not None
    if has_date and _TIME.search(text) is not None and (has_address or _is_name(words[verb + 1 :])):
        return "rest"
    return "marked" if has_address or has_date or verb == len(words) - 1 else None


def _verb(words: list[str]) -> int | None:
    """Return where the verb is that says that somebody wrote."""
    for first, last in VERBS:
        if first in words and (not last or words[-1] == last):
            return words.index(first)
    return None


def _is_name(words: list[str]) -> bool:
    return bool(words) and all(word[0].isupper() or word in PARTICLES for word in words)
