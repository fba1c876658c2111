"""What an article looks like: Markdown to HTML that is made safe once, here and nowhere else."""

import hashlib
from collections.abc import Collection, MutableMapping
from typing import Any, cast

import nh3
from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markdown_it.token import Token

from knowledgebase.conditions import LABELS, WAY, holds
from knowledgebase.parsing import (
    CLOSING,
    CONDITIONAL,
    IMAGES,
    NOTES,
    OPENING,
    Problem,
    Reading,
    conditions_of,
    kind_of,
    parser,
    problems_in,
    read,
)
from knowledgebase.remembering import Remembered

# A hundred articles of ordinary length.
MOST_KEPT_CHARS = 4_000_000
_LINKS = ("http:", "https:", "mailto:", "tel:", "/", "#", "?")
_CLASSES = frozenset({
    "fragment", "fragment__for", "note", "note--nota", "note--tip", "note--let-op", "note__title", "task", "table",
    "table-scroll",
})  # fmt: skip


def render(markdown: str, *, conditions: Collection[str] = ()) -> SafeString:
    """Return safe HTML; parts that are not for who these conditions describe are there, and hidden."""
    chosen = frozenset(conditions)
    key = hashlib.sha256(markdown.encode()).digest(), chosen, get_language()
    return _KEPT.get(key, lambda: _rendered(read(markdown), chosen))


def preview(markdown: str) -> tuple[SafeString, list[Problem]]:
    """Return safe HTML of what somebody is still writing, which nobody asks for twice, and what is wrong with it."""
    reading = read(markdown)
    return _rendered(reading, frozenset()), problems_in(reading)


def plain_text(markdown: str) -> str:
    """Return the words alone, of all parts, a line for each block: what is searched and mailed."""
    lines = (_words(token) for token in read(markdown).tokens)
    return "\n".join(line for line in lines if line)


def _rendered(reading: Reading, chosen: frozenset[str]) -> SafeString:
    html = _MARKDOWN.renderer.render(reading.tokens, _MARKDOWN.options, {"chosen": chosen})
    return mark_safe(_CLEANER.clean(html))  # noqa: S308 - this is what makes it safe


def _words(token: Token) -> str:
    if token.type == "inline":
        return " ".join("".join(_text(child) for child in token.children or ()).split())
    return " ".join(token.content.split()) if token.type in {"fence", "code_block"} else ""


def _text(token: Token) -> str:
    if token.type in {"text", "code_inline"}:
        return token.content
    if token.type == "image":
        return token.content
    return " " if token.type in {"softbreak", "hardbreak"} else ""


def _open_part(tokens: list[Token], index: int, _options: object, env: MutableMapping[str, Any]) -> str:
    token, kind = tokens[index], kind_of(tokens[index])
    if kind == CONDITIONAL:
        return _open_fragment([name for name in conditions_of(token) if name in LABELS], env["chosen"])
    name = kind if kind in NOTES else NOTES[0]
    return f'<div class="note note--{name}">{_label("note__title", _note_title(name))}'


def _open_fragment(names: list[str], chosen: frozenset[str]) -> str:
    hidden = "" if holds(names, chosen) else " hidden"
    return (
        f'<div class="fragment" data-when="{escape(" ".join(names))}"{hidden}>'
        f"{_label('fragment__for', _for_whom(names))}"
    )


def _label(name: str, words: str) -> str:
    """Return words of ours in a text, which may be in another language than our pages."""
    return f'<p class="{name}" lang="{get_language() or settings.LANGUAGE_CODE}">{escape(words)}</p>\n'


def _for_whom(names: list[str]) -> str:
    ways = [str(LABELS[name]) for name in names if name in WAY.labels]
    administrations = [str(LABELS[name]) for name in names if name not in WAY.labels]
    parts = []
    if ways:
        parts.append(_("If you sign in %(ways)s") % {"ways": _either(ways)})
    if administrations:
        parts.append(_("For: %(administrations)s") % {"administrations": ", ".join(administrations)})
    return ". ".join(parts)


def _either(words: list[str]) -> str:
    if len(words) == 1:
        return words[0]
    return _("%(first)s or %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def _note_title(name: str) -> str:
    return {"nota": _("Note"), "tip": _("Tip"), "let-op": _("Attention")}[name]


def _close_part(*_arguments: object) -> str:
    return "</div>\n"


def _open_table(*_arguments: object) -> str:
    # Scrolls by itself, so that the page need not; with the keyboard too.
    return '<div class="table-scroll" tabindex="0"><table class="table">\n'


def _close_table(*_arguments: object) -> str:
    return "</table></div>\n"


def _safe_value(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        return " ".join(name for name in value.split() if name in _CLASSES) or None
    if attribute == "src":
        return value if value.startswith(IMAGES) else None
    if attribute == "href":
        return value if value.lower().startswith(_LINKS) and not value.startswith("//") else None
    return value


_KEPT: Remembered[tuple[bytes, frozenset[str], str | None], SafeString] = Remembered(MOST_KEPT_CHARS)
_MARKDOWN = parser()
cast("Any", _MARKDOWN.renderer).rules |= {
    OPENING: _open_part,
    CLOSING: _close_part,
    "table_open": _open_table,
    "table_close": _close_table,
}
_CLEANER = nh3.Cleaner(
    tags={
        "a", "blockquote", "br", "code", "div", "em", "h2", "h3", "h4", "h5", "h6", "hr", "img", "input", "label", "li",
        "ol", "p", "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
    },
    attributes={
        "*": set(),
        "a": {"href", "title"},
        "code": set(),
        "div": {"class", "data-when", "hidden", "tabindex"},
        "h2": {"id"},
        "h3": {"id"},
        "img": {"src", "alt", "title"},
        "input": {"type", "disabled", "checked"},
        "li": {"class"},
        "ol": {"start"},
        "p": {"class", "lang"},
        "table": {"class"},
    },
    attribute_filter=_safe_value,
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="noopener noreferrer",
    set_tag_attribute_values={"img": {"loading": "lazy"}},
)  # fmt: skip
