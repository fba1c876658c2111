"""A mail cut into lines, each with what it says and how deep it is quoted."""

import re
from typing import NamedTuple

# Longer than any line a mail program writes about a mail; what is longer is only ever somebody's text.
LONGEST = 400
_MARKS = re.compile(r"(?:>[ \t]?)+")
_TYPOGRAPHY = str.maketrans("\xa0\u202f\u2009’", "   '")
_RULE = re.compile(r"[-_=*–— ]{5,}")


class Line(NamedTuple):
    """`start` and `end` are where it stands in the text, without its line break; `said` is without marks of quoting."""

    start: int
    end: int
    depth: int
    written: str
    said: str

    @property
    def is_blank(self) -> bool:
        return not self.said and not self.depth

    @property
    def is_rule(self) -> bool:
        return len(self.said) <= LONGEST and _RULE.fullmatch(self.said) is not None

    @property
    def lower(self) -> str:
        """What it says, in lower case, without what makes letters bold in plain text; "" when too long to matter."""
        return self.said.strip("*_ ").casefold() if len(self.said) <= LONGEST else ""


class Run(NamedTuple):
    """Lines from `first` up to, not including, `after`."""

    first: int
    after: int


def lines_of(text: str) -> list[Line]:
    lines, start = [], 0
    for written in text.split("\n"):
        lines.append(_line(written, start))
        start += len(written) + 1
    return lines


def _line(written: str, start: int) -> Line:
    plain = written.translate(_TYPOGRAPHY).strip()
    end = start + len(written)
    marks = _MARKS.match(plain)
    if marks is None:
        return Line(start=start, end=end, depth=0, written=plain, said=plain)
    return Line(start=start, end=end, depth=marks[0].count(">"), written=plain, said=plain[marks.end() :].strip())


def next_said(lines: list[Line], at: int) -> int:
    """Return the number of the first line from `at` on that is not blank; that of the end when there is none."""
    while at < len(lines) and lines[at].is_blank:
        at += 1
    return at
