"""From text to words: the one place where letters are made equal and words are taken apart.

Pure and the same for a document and a question, so what is written one way is found when typed in another.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import Stemmer

from helpdesk.search.nouns import singular_of
from helpdesk.search.verbs import root_of

# Function words, and what every question is made of: they say nothing about what is asked.
STOP_WORDS = frozenset((Path(__file__).parent / "data" / "stop_words.txt").read_text().split())
MAX_WORD = 64
# Bounded, and only from where it begins: else a long run of letters is read again from each of them.
EMAIL = r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_PIECES = r"\w+(?:[-'.’/_]\w+)*"
_WORD = re.compile(rf"{EMAIL}|{_PIECES}")
_INSIDE = re.compile(r"[^\W_]+")
# E-mail, e-loket, x-as: one word, however it is written.
_LETTER_AND_DASH = re.compile(r"(?<!\w)([a-z])-(?=[a-z]{2})")
_ENDS_IN_D = re.compile(r"....dt?$")
_DIGITS_AND_DOTS = re.compile(r"\d+(?:\.\d+)+")
_stemmer = Stemmer.Stemmer("dutch")
# Of running text all but one word in thirty is among the last so many; what more were kept costs memory for nothing.
REMEMBERED = 10_000


def fold(text: str) -> str:
    """Return text without accents, width, ligatures and capitals."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).lower()


def words(text: str) -> Iterator[str]:
    """Yield the words in order; of what a mark holds together also the whole ("aaltert.be", "0207.437.468")."""
    for found in _WORD.finditer(_LETTER_AND_DASH.sub(r"\1", fold(text))):
        yield from _split(found[0])


def _split(found: str) -> Iterator[str]:
    pieces = _INSIDE.findall(found)
    if len(pieces) == 1:
        yield pieces[0][:MAX_WORD]
        return
    if "@" in found or _DIGITS_AND_DOTS.fullmatch(found):
        yield found[:MAX_WORD]
    for piece in pieces:
        yield piece[:MAX_WORD]


def stem(word: str) -> str:
    """Return what forms of one word have in common, by Kraaij and Pohlmann's rules; codes and numbers stay whole."""
    return _stem(word) if word.isalpha() else word


@lru_cache(maxsize=REMEMBERED)
def _stem(word: str) -> str:
    stemmed: str = root_of(word) or _stemmer.stemWord(singular_of(word))
    # The rules take a verb's d with the ending of "aanmelden", and leave it in "aanmelding" and "aanmeldt".
    return stemmed.removesuffix("t").removesuffix("d") if _ENDS_IN_D.search(stemmed) else stemmed


@lru_cache(maxsize=REMEMBERED)
def stem_as_written(word: str) -> str:
    """Return the stem of a word as it stands in a text, with its capitals and accents."""
    return stem(fold(word))


def grams(word: str, size: int = 4) -> list[str]:
    """Return the pieces of four letters, marked where the word begins and ends; of short words none."""
    if len(word) < size:
        return []
    marked = f"^{word}$"
    return [marked[start : start + size] for start in range(len(marked) - size + 1)]
