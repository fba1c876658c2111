"""The encodings that bring bytes through mail servers, undone as leniently as the standard library does."""

import binascii
import re
from collections.abc import Callable

_LINE = re.compile(rb"[^\r\n]+")


def transferred(encoded: bytes, encoding: str) -> bytes:
    """Return the bytes as they were before the journey; an encoding nobody knows is none."""
    decode = _DECODERS.get(encoding)
    return decode(encoded) if decode else encoded


def from_base64(encoded: bytes) -> bytes:
    """Return the bytes; what is no base64 between it is passed over, missing padding is added."""
    characters = encoded.translate(None, b"\r\n")
    for padding in (b"=" * (-len(characters) % 4), b"", b"=="):
        try:
            return binascii.a2b_base64(characters + padding if padding else characters)
        except binascii.Error:
            continue
    return characters


def _from_uuencode(encoded: bytes) -> bytes:
    lines = (line[0] for line in _LINE.finditer(encoded))
    if not any(_begins_file(line) for line in lines):
        return encoded
    content = bytearray()
    for line in lines:
        if line.strip() == b"end":
            return bytes(content)
        content += _uuencoded(line)
    return encoded


def _begins_file(line: bytes) -> bool:
    words = line.split(b" ", 2)
    return len(words) == len(("begin", "mode", "name")) and words[0] == b"begin" and words[1].isdigit()


def _uuencoded(line: bytes) -> bytes:
    # Some encoders write more characters than the length in front needs.
    needed = (((line[0] - 32) & 63) * 4 + 5) // 3
    for attempt in (line, line[:needed]):
        try:
            return binascii.a2b_uu(attempt)
        except binascii.Error:
            continue
    return b""


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "base64": from_base64,
    "quoted-printable": binascii.a2b_qp,
    "x-uuencode": _from_uuencode,
    "uuencode": _from_uuencode,
    "x-uue": _from_uuencode,
    "uue": _from_uuencode,
}
