"""What people type, made safe to store and to put in a header: no control characters, no text that hides its order."""

import re
import unicodedata
from functools import cache

# C0 and C1 controls except tab and newline, bidirectional overrides, and the lone surrogates of broken input.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_LINE_BREAKS = re.compile("\r\n?|\u2028|\u2029|\x85|\x0b|\x0c")
# The Stream-Safe Text Format of Unicode allows as many marks on one letter.
_SURROGATES = range(0xD800, 0xE000)
_MOST_MARKS = 30
_LAST_WITH_MARKS = 0x1F000


def clean_text(text: str) -> str:
    """Return text of any number of lines, with "\\n" between them."""
    text = _UNWANTED.sub("", _LINE_BREAKS.sub("\n", text))
    if not text.isascii():
        # Normalising takes a time that grows with the square of the marks in a row: 100,000 of them take 20 seconds.
        marks = _piled_marks()
        text = marks.sub(r"\1", unicodedata.normalize("NFC", marks.sub(r"\1", text)))
        # Joiners and the like shape the letters around them; alone they are a name nobody can read.
        if not any(_is_seen(sign) for sign in text):
            return ""
    return text.strip()


def _is_seen(sign: str) -> bool:
    return not sign.isspace() and unicodedata.category(sign) != "Cf"


def clean_line(text: str) -> str:
    """Return text on one line, runs of white space as one space: fit for a subject, a name, a header."""
    return " ".join(clean_text(text).split())


@cache
def _piled_marks() -> re.Pattern[str]:
    """Match marks (accents and the like) beyond the number any writing system puts on one letter."""
    letters = (chr(code) for code in range(_LAST_WITH_MARKS) if code not in _SURROGATES)
    marks = "".join(letter for letter in letters if unicodedata.combining(unicodedata.normalize("NFD", letter)[0]))
    return re.compile(f"([{marks}]{{{_MOST_MARKS}}})[{marks}]+")
