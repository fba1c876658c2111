"""A query in the words that were probably meant."""

import re
from collections.abc import Mapping

from helpdesk.search.planning import Reading
from helpdesk.search.words import fold, words

_LETTERS = re.compile(r"[^\W\d_]+")
_MARKS_AFTER = re.compile(r"\W*$")


def suggestion_for(text: str, reading: Reading) -> str | None:
    """Return the query with the words that were probably meant, or none when it is fine as it is."""
    typed = text.split()
    meant = [_repaired(word, reading.repairs) for word in typed]
    return " ".join(meant) if meant != typed else None


def as_read(text: str, reading: Reading) -> str:
    """Return the query as it was read: slips repaired, and compounds put together that were written apart."""
    typed = text.split()
    meant: list[str] = []
    while typed:
        first, *rest = typed
        whole = _put_together(first, rest[0], reading.joined) if rest else None
        meant.append(whole or _repaired(first, reading.repairs))
        typed = rest[1:] if whole else rest
    return " ".join(meant)


def _put_together(first: str, second: str, joined: Mapping[tuple[str, ...], str]) -> str | None:
    """Return the compound these two are, with the marks after it."""
    whole = joined.get((*words(first), *words(second)))
    return f"{whole}{_MARKS_AFTER.findall(second)[0]}" if whole else None


def _repaired(word: str, repairs: Mapping[str, str]) -> str:
    """Return a word as it was meant, the marks around it left; an address is never a slip."""
    if "@" in word:
        return word
    return repairs.get(fold(word)) or _LETTERS.sub(lambda found: repairs.get(fold(found[0]), found[0]), word)
