"""Header fields as bytes, and the parameters of a structured one (RFC 2045 and 2231)."""

import re
from urllib.parse import unquote_to_bytes

from integrations.mail.parsing.charsets import decoded
from integrations.mail.parsing.parsed import UnprocessableError
from integrations.mail.parsing.words import decoded_words

MOST_FIELDS = 1000
LARGEST_HEADER = 256 * 1024
_MOST_SEGMENTS = 100

_LINE_BREAK = rb"(?:\r\n|\r|\n)"
_NAME = rb"[!-9;-~]*+[ \t]*+:"
_FIELD = re.compile(
    rb"([!-9;-~]*+)[ \t]*+:((?:[^\r\n]*+%(eol)b(?=[ \t]))*+[^\r\n]*+)(?:%(eol)b|\Z)" % {b"eol": _LINE_BREAK}
)
# The first line of a mailbox file, or a continuation of nothing: no field, when one follows.
_STRAY = re.compile(rb"(?:>?From |[ \t])[^\r\n]*+%b(?=%b)" % (_LINE_BREAK, _NAME))
_BLANK_LINE = re.compile(_LINE_BREAK)
_FOLD = re.compile(rb"(?:\r\n|\r|\n)(?=[ \t])")
# A quoted value may be followed by the next parameter without the semicolon between.
_PARAMETER = re.compile(rb'(?:;|(?<=")[ \t])\s*+([^\s=;"]++)\s*+=\s*+("(?:[^"\\]|\\.)*+"?|[^;]*+)', re.DOTALL)
_FIRST_WORD = re.compile(rb"[^\s;(]*")


class Fields:
    """The header of a mail or of one of its parts."""

    def __init__(self, fields: list[tuple[str, bytes]]) -> None:
        self.all = fields

    def __len__(self) -> int:
        return len(self.all)

    def first(self, name: str) -> bytes:
        """Return the raw value of the first field of this name, b"" when there is none."""
        return next((value for known, value in self.all if known == name), b"")

    def every(self, name: str) -> list[bytes]:
        return [value for known, value in self.all if known == name]

    def keyword(self, name: str) -> str:
        """Return the first word of a structured field in lower case, without parameters and comments."""
        word = _FIRST_WORD.match(self.first(name).lstrip())
        return word[0].decode("latin-1").lower().strip('"') if word else ""

    def parameter(self, name: str, key: str) -> bytes:
        """Return a parameter as the bytes that stand there, such as a boundary."""
        return _parameters(self.first(name)).get(key, b"").rstrip()

    def text_parameter(self, name: str, key: str) -> str:
        """Return a parameter as text: whole, in segments, with a charset, or as encoded words."""
        parameters = _parameters(self.first(name))
        extended = _in_segments(parameters, key)
        return decoded_words(decoded(parameters.get(key, b""))) if extended is None else extended


def read_fields(raw: bytes, start: int, end: int) -> tuple[Fields, int]:
    """Return the fields from `start` on, and where the body begins."""
    fields: list[tuple[str, bytes]] = []
    at = start
    # One byte too far, so that what ends there is seen to be too large.
    window = min(end, start + LARGEST_HEADER + 1)
    while line := _FIELD.match(raw, at, window) or _STRAY.match(raw, at, window):
        at = line.end()
        if at - start > LARGEST_HEADER:
            raise UnprocessableError("header_block", f"a header of more than {LARGEST_HEADER} bytes")
        if line.re is _FIELD and line[1]:
            fields.append((line[1].decode("ascii").lower(), _FOLD.sub(b"", line[2]).strip()))
        if len(fields) > MOST_FIELDS:
            raise UnprocessableError("headers", f"more than {MOST_FIELDS} header fields")
    blank = _BLANK_LINE.match(raw, at, end)
    return Fields(fields), blank.end() if blank else at


def _parameters(value: bytes) -> dict[str, bytes]:
    """Return every parameter by its name in lower case; the first of a name counts."""
    found: dict[str, bytes] = {}
    for match in _PARAMETER.finditer(value):
        found.setdefault(match[1].decode("latin-1").lower(), _unquoted(match[2].strip()))
    return found


def _unquoted(value: bytes) -> bytes:
    if not value.startswith(b'"'):
        return value
    inner = value[1:-1] if value.endswith(b'"') and len(value) > 1 else value[1:]
    return inner.replace(b"\\\\", b"\\").replace(b'\\"', b'"')


def _in_segments(parameters: dict[str, bytes], key: str) -> str | None:
    """Return `key*`, or `key*0`, `key*1*`… together; None when there are none."""
    names = [f"{key}*"] if f"{key}*" in parameters else _segment_names(parameters, key)
    if not names:
        return None
    charset, content = b"", parameters[names[0]]
    if names[0].endswith("*") and content.count(b"'") > 1:
        charset, _language, content = content.split(b"'", 2)
    segments = [content, *(parameters[name] for name in names[1:])]
    pairs = zip(names, segments, strict=True)
    content = b"".join(unquote_to_bytes(text) if name.endswith("*") else text for name, text in pairs)
    return decoded_words(decoded(content, charset.decode("latin-1")))


def _segment_names(parameters: dict[str, bytes], key: str) -> list[str]:
    names = []
    for number in range(_MOST_SEGMENTS):
        name = next((name for name in (f"{key}*{number}*", f"{key}*{number}") if name in parameters), None)
        if name is None:
            break
        names.append(name)
    return names
