"""A mail as a tree of parts: where each begins and ends in the raw bytes, which are never written anew."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from integrations.mail.parsing.fields import Fields, read_fields
from integrations.mail.parsing.parsed import UnprocessableError
from integrations.mail.parsing.transfer import transferred

MOST_PARTS = 1000
DEEPEST = 50
# Lines and pieces of lines that may separate parts, and mostly do not.
_MOST_DELIMITERS = 100_000
_PLAIN = "text/plain"
_LAST_LINE_BREAK = re.compile(rb"(?:\r\n|\r|\n)\Z")
_REST_OF_DELIMITER = re.compile(rb"(--)?[ \t]*+(?:\r\n|\r|\n|\Z)")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part; a leaf has no children, and a multipart without a delimiter is one."""

    raw: bytes
    fields: Fields
    content_type: str
    start: int
    end: int
    children: tuple["Part", ...]

    @property
    def is_multipart(self) -> bool:
        return bool(self.children)

    def content(self, most: int | None = None) -> bytes:
        """Return the decoded bytes, of no more than `most` encoded ones."""
        end = self.end if most is None else min(self.end, self.start + most)
        return transferred(self.raw[self.start : end], self.fields.keyword("content-transfer-encoding"))


def take_apart(raw: bytes) -> Part:
    return _Splitter(raw).part(0, len(raw))


class _Splitter:
    """Finds the parts as the standard library's compat32 parser does, without a copy of a line."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._parts = 0
        self._looked_at = 0

    def part(self, start: int, end: int, *, depth: int = 0, default_type: str = _PLAIN) -> Part:
        self._count(depth)
        fields, body = read_fields(self._raw, start, end)
        content_type = _content_type(fields, default_type)
        children: tuple[Part, ...] = ()
        if content_type.startswith("multipart/"):
            default_type = "message/rfc822" if content_type == "multipart/digest" else _PLAIN
            # Without a closing delimiter the last line break of the mail is none of the last part either.
            inner_end = end if depth else self._before_line_break(end, body)
            children = tuple(
                self.part(*span, depth=depth + 1, default_type=default_type)
                for span in self._spans(fields.parameter("content-type", "boundary"), body, inner_end)
            )
        return Part(raw=self._raw, fields=fields, content_type=content_type, start=body, end=end, children=children)

    def _count(self, depth: int) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise UnprocessableError("parts", f"more than {MOST_PARTS} parts")
        if depth > DEEPEST:
            raise UnprocessableError("depth", f"parts nested more than {DEEPEST} deep")

    def _spans(self, boundary: bytes, start: int, end: int) -> list[tuple[int, int]]:
        """Return where the children begin and end; none when the first delimiter is missing."""
        spans: list[tuple[int, int]] = []
        opened: int | None = None
        for line, following, is_last in self._delimiters(boundary, start, end) if boundary else ():
            if line != opened:
                if opened is not None:
                    spans.append((opened, self._before_line_break(line, opened)))
                if is_last or len(spans) > MOST_PARTS:
                    return spans
            opened = following
        return spans if opened is None else [*spans, (opened, max(end, opened))]

    def _delimiters(self, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """Yield where a delimiter's line begins, where the next line does, and whether it is the closing one."""
        delimiter = b"--" + boundary
        at = self._raw.find(delimiter, start, end)
        while at >= 0:
            self._looked_at += 1
            if self._looked_at > _MOST_DELIMITERS:
                raise UnprocessableError("parts", f"more than {_MOST_DELIMITERS} possible delimiters")
            begins_line = at == start or self._raw[at - 1] in b"\r\n"
            rest = begins_line and _REST_OF_DELIMITER.match(self._raw, at + len(delimiter), end)
            if rest:
                yield at, rest.end(), bool(rest[1])
            at = self._raw.find(delimiter, rest.end() if rest else at + 1, end)

    def _before_line_break(self, line: int, start: int) -> int:
        """Return the end of the text before this line; its last line break belongs to the delimiter."""
        line_break = _LAST_LINE_BREAK.search(self._raw, max(line - 2, start), line)
        return line_break.start() if line_break else line


def _content_type(fields: Fields, default_type: str) -> str:
    content_type = fields.keyword("content-type")
    if not content_type:
        return default_type
    kind, _, subtype = content_type.partition("/")
    return content_type if kind and subtype and "/" not in subtype else _PLAIN
