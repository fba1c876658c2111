"""What people type, made safe to store and to put in a header: no control characters, no text that hides its order."""

import re
import unicodedata

# C0 and C1 controls except tab and newline, bidirectional overrides, and the lone surrogates of broken input.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_LINE_BREAKS = re.compile("\r\n?|\u2028|\u2029|\x85|\x0b|\x0c")


def clean_text(text: str) -> str:
    """Return text of any number of lines, with "\\n" between them."""
    text = _UNWANTED.sub("", _LINE_BREAKS.sub("\n", text))
    return unicodedata.normalize("NFC", text).strip()


def clean_line(text: str) -> str:
    """Return text on one line, runs of white space as one space: fit for a subject, a name, a header."""
    return " ".join(clean_text(text).split())
