"""Two texts side by side: which lines differ, and within them which words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
# Beyond this a line is shown as changed as a whole: comparing its words would take long and show little.
LONGEST_LINE = 2_000
# How many unchanged lines stand around a change.
AROUND = 3


@dataclass(frozen=True)
class Piece:
    text: str
    is_changed: bool


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
    operations = SequenceMatcher(a=old, b=new).get_opcodes()
    for kind, start, end, new_start, new_end in operations:
        if kind == "equal":
            rows += _unchanged(old[start:end], is_first=start == 0, is_last=end == len(old))
        else:
            rows += _changed(old[start:end], new[new_start:new_end])
    return rows


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


def _changed(old: list[str], new: list[str]) -> Iterator[Row]:
    for before, after in zip_longest(old, new):
        if before is None or after is None:
            yield Row(_whole(before), _whole(after), is_changed=True)
        else:
            yield Row(*_words(before, after), is_changed=True)


def _whole(line: str | None) -> tuple[Piece, ...]:
    return () if line is None else (Piece(line, is_changed=True),)


def _words(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    if max(len(before), len(after)) > LONGEST_LINE:
        return list(_whole(before)), list(_whole(after))
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, start, end, new_start, new_end in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        is_changed = kind != "equal"
        if start < end:
            left.append(Piece("".join(old[start:end]), is_changed))
        if new_start < new_end:
            right.append(Piece("".join(new[new_start:new_end]), is_changed))
    return left, right
