"""Which words are Dutch, also those that stand in no document: what is a word is no slip of another."""

import gzip
from bisect import bisect_left
from functools import cache, lru_cache
from pathlib import Path

# Words of four to eleven letters, in order, each between two ends of lines; `tools/dutch_words.py` makes it.
_LIST = Path(__file__).parent / "data" / "dutch_words.gz"
# Those of four letters are asked for most, and there are so many of them.
REMEMBERED = 3000


@lru_cache(maxsize=REMEMBERED)
def is_dutch(word: str) -> bool:
    """Whether this is a word, written as `fold` writes it."""
    wanted = word.encode()
    return _word_after(bisect_left(range(len(_words())), wanted, key=_word_after)) == wanted


def _word_after(place: int) -> bytes:
    start = _words().find(b"\n", place) + 1
    return _words()[start : _words().find(b"\n", start)]


@cache
def _words() -> bytes:
    """Return the list as one piece: a set of as many words would take ten times the memory in each process."""
    with gzip.open(_LIST) as packed:
        return packed.read()
