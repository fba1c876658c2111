"""What a mail program writes above the mail it quotes or passes on."""

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from integrations.mail.reading.lines import LONGEST, Line, next_said
from integrations.mail.reading.phrases import (
    AROUND_NAMES,
    FORWARDS,
    LABELS,
    MONTHS,
    ORIGINALS,
    PARTICLES,
    QUOTINGS,
    TELLERS,
    VERBS,
    Label,
)

OWN_MARKER = "##-"
_ARROWS = ">>>"
_LONGEST_MARKER = 120
_FEWEST_LABELS = 3
_FIRST_LABELS: tuple[Label, ...] = ("from", "sent", "subject")
_MOST_LINES = 4

_DATE = re.compile(
    r"\b[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{2,4}\b|\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b"
    rf"|\b[0-9]{{1,2}}(?:\.? |-)(?:{MONTHS})[^ 0-9-]{{0,8}}(?:,? |-)[0-9]{{4}}\b"
    rf"|\b(?:{MONTHS})[^ 0-9]{{0,8}} [0-9]{{1,2}},? [0-9]{{4}}\b",
    re.IGNORECASE,
)
# Every date holds one of these; to look for it first is quick.
_YEAR = re.compile(r"[0-9]{4}|[0-9][-./][0-9]")
_TIME = re.compile(r"\b[0-9]{1,2}[:.h][0-9]{2}\b")
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_RULED = re.compile(r"-{3,} ?([^-].*[^-: ]) ?:? ?-{3,}")
# Under another line: no continuation of what is said there.
_STARTS = re.compile(r"[\"'“]?[A-ZÀ-Þ0-9]")
_ENDS_SENTENCE = re.compile(r"\w{4}[.?!]$")
_BARE_DATE = re.compile(r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2} ")
_LOCAL_HEAD = re.compile(
    rf"[0-9]{{1,2}}[-./][0-9]{{1,2}}[-./][0-9]{{4}},? [0-9]{{1,2}}:[0-9]{{2}}|{'|'.join(QUOTINGS)}", re.IGNORECASE
)
# What an introduction without a verb begins with.
_HEAD = re.compile(rf"[0-9]|{'|'.join(QUOTINGS)}", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Introduction:
    """What follows line `after` is a mail passed on, the rest of this mail, or only lines that are marked as quoted."""

    announces: Literal["forward", "rest", "marked"]
    after: int


class _Attribution(NamedTuple):
    """That somebody wrote what follows, and how much is told of it."""

    announces: Literal["rest", "marked"]
    has_address: bool
    has_date: bool
    has_time: bool


def introduction(lines: list[Line], at: int) -> Introduction | None:
    """Return what the line `at` begins to introduce."""
    line = lines[at]
    if is_forward(line):
        return Introduction(announces="forward", after=at + 1)
    if _is_original(line):
        # Under these words one program says once more who wrote, and marks what is quoted.
        attribution = _attribution(lines, next_said(lines, at + 1))
        return attribution or Introduction(announces="rest", after=_after_header(lines, at + 1))
    if line.said.startswith(OWN_MARKER):
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
        if label is None or (not found and (label not in _FIRST_LABELS or label_at != at)):
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
    # Few programs put another field first; people who describe a meeting do.
    is_in_order = next(iter(found), "") == "from" or "@" in found.get("from", "")
    return len(found) >= _FEWEST_LABELS and is_mail and is_in_order


def _attribution(lines: list[Line], at: int) -> Introduction | None:
    """Recognise "Op di 3 nov 2026 om 14:05 schreef An Peeters <an@…>:", over at most four lines."""
    for number in range(at, min(at + _MOST_LINES, len(lines))):
        if lines[number].is_blank or not _goes_on(lines, at, number):
            return None
        attribution = _attributed(lines, at, number)
        if attribution is not None:
            # What stands above an introduction is somebody's text, however well the two read as one sentence.
            starts_later = any(_says_as_much(lines, later, number, attribution) for later in range(at + 1, number + 1))
            return None if starts_later else Introduction(announces=attribution.announces, after=number + 1)
    return None


def _goes_on(lines: list[Line], first: int, number: int) -> bool:
    """Say whether the line is quoted no deeper than the first; the end of "<an@…" on a line above may look so."""
    above = lines[number - 1].written
    return lines[number].depth == lines[first].depth or above.rfind("<") > above.rfind(">")


def _says_as_much(lines: list[Line], first: int, last: int, whole: _Attribution) -> bool:
    """Say whether an introduction begins at the line `first`, to which what stands above adds nothing."""
    if _STARTS.match(lines[first].written) is None:
        return False
    return _attributed(lines, first, last) == whole or (
        _ENDS_SENTENCE.search(lines[first - 1].written) is not None and _attributed(lines, first, last) is not None
    )


def _attributed(lines: list[Line], first: int, last: int) -> _Attribution | None:
    if not lines[last].written.endswith((":", ">", "---")):
        return None
    text = _between_rules(" ".join(line.written for line in lines[first : last + 1]))
    return _attribution_in(text) if len(text) <= LONGEST else None


def _between_rules(text: str) -> str:
    """Return "---- An Peeters schreef ----" as other programs write it."""
    found = _RULED.fullmatch(text)
    return f"{found[1]}:" if found else text


def _attribution_in(text: str) -> _Attribution | None:
    if text.startswith(_ARROWS):
        return _told("rest", text) if text.endswith(_ARROWS) and _has_date(text) else None
    if _HEAD.match(text) is not None and (attribution := _without_verb(text)) is not None:
        return attribution
    # Most lines hold no such verb; to look no further keeps a very long mail cheap.
    return _with_verb(text) if text.endswith(":") and any(verb in text for verb, _ in VERBS) else None


def _without_verb(text: str) -> _Attribution | None:
    if _ADDRESS.search(text) is None:
        return None
    if _BARE_DATE.match(text) is not None:
        return _told("rest" if text.endswith(":") else "marked", text)
    return _told("marked", text) if text.endswith(":") and _LOCAL_HEAD.match(text) is not None else None


def _with_verb(text: str) -> _Attribution | None:
    words = _WORD.findall(_ADDRESS.sub("", text.rstrip(": ")))
    verb = _verb(words)
    if verb is None or not TELLERS.isdisjoint(words):
        return None
    told = _told("marked", text)
    is_named = told.has_address or (told.has_time and _is_named(words[verb + 1 :], text))
    if told.has_date and told.has_time and is_named:
        return told._replace(announces="rest")
    return told if told.has_address or told.has_date or verb == len(words) - 1 else None


def _told(announces: Literal["rest", "marked"], text: str) -> _Attribution:
    return _Attribution(
        announces=announces,
        has_address="@" in text and _ADDRESS.search(text) is not None,
        has_date=_has_date(text),
        has_time=_TIME.search(text) is not None,
    )


def _has_date(text: str) -> bool:
    return _YEAR.search(text) is not None and _DATE.search(text) is not None


def _is_named(behind: list[str], text: str) -> bool:
    """Say whether a name follows the verb, or stands between the clock and the verb."""
    return _is_name(behind) or _is_name(_after_time(text))


def _after_time(text: str) -> list[str]:
    """Return the words between the clock and the verb: "On Tue, Nov 3, 2026 at 14:05, An Peeters wrote:"."""
    _, _, told = text.rpartition(_TIME.findall(text)[-1])
    return [word for word in _WORD.findall(told) if word not in AROUND_NAMES]


def _verb(words: list[str]) -> int | None:
    """Return where the verb is that says that somebody wrote."""
    for first, last in VERBS:
        if first in words and (not last or words[-1] == last):
            return words.index(first)
    return None


def _is_name(words: list[str]) -> bool:
    return bool(words) and all(word[0].isupper() or word in PARTICLES for word in words)
