"""Text whose lines were broken for the journey, put together again (RFC 3676)."""

from collections.abc import Iterator
from itertools import takewhile

_SIGNATURE = "-- "


def unflowed(text: str, *, drops_space: bool) -> str:
    """Return the paragraphs, each on one line, with their quote marks before them."""
    return "\n".join(_paragraphs(text.splitlines(), drops_space=drops_space))


def _paragraphs(lines: list[str], *, drops_space: bool) -> Iterator[str]:
    paragraph: list[str] = []
    depth_before = 0
    for line in lines:
        depth, content = _depth_and_content(line)
        if paragraph and (depth != depth_before or content == _SIGNATURE):
            yield _quoted(depth_before, paragraph)
            paragraph = []
        depth_before = depth
        if content.endswith(" ") and content != _SIGNATURE:
            paragraph.append(content[:-1] if drops_space else content)
            continue
        yield _quoted(depth, [*paragraph, content])
        paragraph = []
    if paragraph:
        yield _quoted(depth_before, paragraph)


def _depth_and_content(line: str) -> tuple[int, str]:
    depth = sum(1 for _ in takewhile(lambda character: character == ">", line))
    return depth, line[depth:].removeprefix(" ")


def _quoted(depth: int, paragraph: list[str]) -> str:
    return ">" * depth + " " * (depth > 0) + "".join(paragraph)
