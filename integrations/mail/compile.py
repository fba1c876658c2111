"""From an MJML source to the Django template that is committed beside it. Runs at build time, never while sending.

MJML knows no Django tags: it escapes them, drops them between sections, and an HTML parser moves bare text out of
tables. So tags travel through it in disguise, as comments and words, and must all come back in their order.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from django.template import engines
from mjml import mjml_to_html

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "mail"

_SCAN = re.compile(
    r"(?P<django>\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\})|(?P<comment><!--.*?-->)"
    r"|(?P<tag><(?=[a-zA-Z/!]))|(?P<quote>[\"'])|(?P<end>>)",
    re.DOTALL,
)
_INCLUDE = re.compile(r'<mj-include\s+path="([^"]*)"\s*/>')
_DISGUISE = re.compile(r"<!--djtag([0-9]{4})-->|djword([0-9]{4})x")
_NAMESPACE = re.compile(r'xmlns(?::\w+)?="[^"]*"')
_REMOTE = re.compile(r"(?:https?:)?//[\w.-]+", re.IGNORECASE)
# Outlook cannot show these, and two of them fetch icons from another host.
_REFUSED = re.compile(r"<(mj-(?:carousel|accordion|hero)[\w-]*)", re.IGNORECASE)


class CompileError(Exception):
    """The source cannot become a safe mail; the text says where."""


def sources() -> Iterator[Path]:
    """The mails; a name that starts with an underscore is a part of them."""
    return (path for path in sorted(FOLDER.glob("*.mjml")) if not path.name.startswith("_"))


def compile_file(path: Path) -> str:
    """Return the Django template of one MJML file."""
    try:
        return f"{{# Compiled from {path.name} by manage.py compilemail. #}}\n{_compile(path)}\n"
    except CompileError as error:
        raise CompileError(f"{path.name}: {error}") from error


def _compile(path: Path) -> str:
    source = _with_includes(path.resolve(), path.resolve().parent)
    start = source.find("<mjml")
    if start < 0:
        raise CompileError("there is no <mjml>")
    if refused := _REFUSED.search(source):
        raise CompileError(f"<{refused[1]}> does not belong in our mails")
    disguise = Disguise()
    html = mjml_to_html(disguise.put_on(source[start:])).html
    _refuse_remote_hosts(html)
    template = source[:start].strip() + disguise.take_off(_without_indents(html))
    engines["django"].from_string(template)
    return template


def _without_indents(html: str) -> str:
    return "\n".join(line.strip() for line in html.splitlines() if line.strip())


def _with_includes(path: Path, folder: Path, including: tuple[Path, ...] = ()) -> str:
    """Return the source with its parts in place, because MJML would parse a part before its tags are in disguise."""
    if path in including:
        raise CompileError(f"{path.name} includes itself")
    if path.parent != folder:
        raise CompileError(f"{path.name} is not in the folder of the mails")
    if not path.is_file():
        raise CompileError(f"{path.name} does not exist")

    def part(found: re.Match[str]) -> str:
        return _with_includes((folder / found[1]).resolve(), folder, (*including, path))

    expanded = _INCLUDE.sub(part, path.read_text(encoding="utf-8"))
    if "<mj-include" in expanded:
        raise CompileError('an mj-include is not written as <mj-include path="..." />')
    return expanded


def _refuse_remote_hosts(html: str) -> None:
    if remote := _REMOTE.search(_NAMESPACE.sub("", html)):
        raise CompileError(f"the mail would fetch from {remote[0]}")


class Disguise:
    """Hides the Django tags of one source and puts them back."""

    def __init__(self) -> None:
        self._tags: list[str] = []
        # What stands between elements or in text; there the order matters.
        self._in_text: list[int] = []

    def put_on(self, source: str) -> str:
        """Return the source with comments for block tags in text, and words for all other tags."""
        parts: list[str] = []
        position, in_tag, quote = 0, False, ""
        for found in _SCAN.finditer(source):
            parts.append(source[position : found.start()])
            position = found.end()
            parts.append(self._replacement(found, in_tag=in_tag))
            if found["tag"] and not in_tag:
                in_tag = True
            elif found["quote"] and in_tag:
                quote = "" if found[0] == quote else quote or found[0]
            elif found["end"] and not quote:
                in_tag = False
        return "".join([*parts, source[position:]])

    def take_off(self, html: str) -> str:
        """Return the HTML with the tags in place; raise `CompileError` when one is lost or has moved."""
        seen = [int(found[1] or found[2]) for found in _DISGUISE.finditer(html)]
        if lost := sorted(set(range(len(self._tags))) - set(seen)):
            raise CompileError(f"lost: {', '.join(self._tags[index] for index in lost)}")
        order = list(dict.fromkeys(index for index in seen if index in set(self._in_text)))
        if order != self._in_text:
            moved = next(index for index, expected in zip(order, self._in_text, strict=True) if index != expected)
            raise CompileError(f"moved: {self._tags[moved]}")
        return _DISGUISE.sub(lambda found: self._tags[int(found[1] or found[2])], html)

    def _replacement(self, found: re.Match[str], *, in_tag: bool) -> str:
        if found["comment"] or found[0].startswith("{#"):
            return ""
        if not found["django"]:
            return found[0]
        number = len(self._tags)
        self._tags.append(found[0])
        if not in_tag:
            self._in_text.append(number)
        is_block = found[0].startswith("{%")
        return f"<!--djtag{number:04}-->" if is_block and not in_tag else f"djword{number:04}x"
