"""Header text: raw 8-bit, encoded words (RFC 2047), and never more than one clean line."""

import binascii
import re
from collections.abc import Iterator
from itertools import groupby

from helpdesk.kernel.text import clean_line
from integrations.mail.parsing.charsets import decoded
from integrations.mail.parsing.transfer import from_base64

# The text of a word ends where the next one begins, so that many beginnings without an end cost no time.
_WORD = re.compile(r"=\?([^?*\s]{0,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?((?:[^?=]|\?(?!=)|=(?!\?(?!=)))*+)\?=")
_BETWEEN_WORDS = re.compile(r"\?=\s++(?==\?[^?\s]{0,80}\?[bBqQ]\?)")
_PLAIN = ""
_UNNAMED = "utf-8"


def header_line(raw: bytes) -> str:
    """Return a header value that may hold encoded words, clean and on one line."""
    return clean_line(decoded_words(decoded(raw)))


def decoded_words(text: str) -> str:
    """Return text with its encoded words decoded; a broken one stays as it is."""
    if "=?" not in text:
        return text
    # Some programs cut a letter of several bytes in two words, so what stands together is decoded together.
    together = groupby(_pieces(_BETWEEN_WORDS.sub("?=", text)), key=lambda piece: piece[0])
    return "".join(_decoded_pieces(charset, [content for _, content in pieces]) for charset, pieces in together)


def _pieces(text: str) -> Iterator[tuple[str, str | bytes]]:
    """Cut text into words, each with its charset, and what is none."""
    end = 0
    for word in _WORD.finditer(text):
        if word.start() > end:
            yield _PLAIN, text[end : word.start()]
        charset, encoding, encoded = word.groups()
        yield charset.lower() or _UNNAMED, _word_content(encoding.lower(), encoded.encode("utf-8", "surrogatepass"))
        end = word.end()
    yield _PLAIN, text[end:]


def _decoded_pieces(charset: str, pieces: list[str | bytes]) -> str:
    if charset == _PLAIN:
        return "".join(piece for piece in pieces if isinstance(piece, str))
    return decoded(b"".join(piece for piece in pieces if isinstance(piece, bytes)), charset)


def _word_content(encoding: str, encoded: bytes) -> bytes:
    return from_base64(encoded) if encoding == "b" else binascii.a2b_qp(encoded, header=True)
