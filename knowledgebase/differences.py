"""Two texts side by side: which lines differ, and within them which words.

What is alike in many places at once takes very long to be laid against each other, and there is little to see: beyond
a number of such pairs that no two articles come near, lines are shown as changed as a whole.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
# Beyond this a line is shown as changed as a whole: comparing its words would take long and show little.
LONGEST_LINE = 2_000
MOST_PAIRS_OF_LINES, MOST_PAIRS_OF_WORDS = 1_000_000, 300_000
# Of so many lines, those that are more than one in a hundred are not looked for at first: `SequenceMatcher` does so.
_FEW_LINES = 200
# How many unchanged lines stand around a change.
AROUND = 3


@dataclass(frozen=True)
class Piece:
    text: str
    is_changed: bool


class _Effort:
    """How many pairs of the same may still be laid against each other."""

    def __init__(self, most: int) -> None:
        self._left = most

    def allows(self, old: Sequence[str], new: Sequence[str], *, most_often: int | None = None) -> bool:
        before, after = Counter(old), Counter(new)
        looked_for = (each for each in after if most_often is None or after[each] <= most_often)
        pairs = sum(before[each] * after[each] for each in looked_for)
        if pairs > self._left:
            return False
        self._left -= pairs
        return True


@dataclass(frozen=True)
class Row:
    """One line of each text; `skipped` unchanged lines when it stands for those."""

    before: Sequence[Piece] = ()
    after: Sequence[Piece] = ()
    is_changed: bool = False
    skipped: int = 0


def side_by_side(before: str, after: str) -> list[Row]:
    """Return both texts line by line; long runs that are the same are left out."""
    old, new = before.splitlines(), after.splitlines()
    rows: list[Row] = []
    effort = _Effort(MOST_PAIRS_OF_WORDS)
    for kind, start, end, new_start, new_end in _operations(old, new):
        if kind == "equal":
            rows += _unchanged(old[start:end], is_first=start == 0, is_last=end == len(old))
        else:
            rows += _changed(old[start:end], new[new_start:new_end], effort)
    return rows


def _operations(old: list[str], new: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    most_often = len(new) // 100 + 1 if len(new) >= _FEW_LINES else None
    if _Effort(MOST_PAIRS_OF_LINES).allows(old, new, most_often=most_often):
        return SequenceMatcher(a=old, b=new).get_opcodes()
    return [("replace", 0, len(old), 0, len(new))]


def _unchanged(lines: list[str], *, is_first: bool, is_last: bool) -> list[Row]:
    head = 0 if is_first else AROUND
    tail = 0 if is_last else AROUND
    if len(lines) <= head + tail + 1:
        return [_same(line) for line in lines]
    return [
        *(_same(line) for line in lines[:head]),
        Row(skipped=len(lines) - head - tail),
        *(_same(line) for line in lines[len(lines) - tail :]),
    ]


def _same(line: str) -> Row:
    piece = (Piece(line, is_changed=False),)
    return Row(piece, piece)


def _changed(old: list[str], new: list[str], effort: _Effort) -> Iterator[Row]:
    for before, after in zip_longest(old, new):
        if before is None or after is None:
            yield Row(_whole(before), _whole(after), is_changed=True)
        else:
            yield Row(*_words(before, after, effort), is_changed=True)


def _whole(line: str | None) -> tuple[Piece, ...]:
    return () if line is None else (Piece(line, is_changed=True),)


def _words(before: str, after: str, effort: _Effort) -> tuple[list[Piece], list[Piece]]:
    if max(len(before), len(after)) > LONGEST_LINE:
        return list(_whole(before)), list(_whole(after))
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if not effort.allows(old, new):
        return list(_whole(before)), list(_whole(after))
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, start, end, new_start, new_end in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        is_changed = kind != "equal"
        if start < end:
            left.append(Piece("".join(old[start:end]), is_changed))
        if new_start < new_end:
            right.append(Piece("".join(new[new_start:new_end]), is_changed))
    return left, right
