"""Markdown of articles: CommonMark with tables, task lists, notes (`::: tip`) and parts for some (`::: als eid`).

Raw HTML is text. How deep things may nest is bounded and so is what is tried (`effort`), so that no text takes long.
What is wrong is said by line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from knowledgebase.conditions import LABELS, names_in
from knowledgebase.effort import TooMuchEffortError, counting_parser

DEEPEST = 20
OPENING, CLOSING = "part_open", "part_close"
CONDITIONAL = "als"
NOTES = ("nota", "tip", "let-op")
ANCHOR = "kop-"
LIST_ITEM = "list_item_open"
# The title of the page is the first heading.
HIGHEST_HEADING, LOWEST_ANCHOR = 2, 3
# The only pictures shown are those of our own articles.
IMAGES = "/kennis/beeld/"
# Stands where a description belongs until somebody writes one.
UNDESCRIBED = _("Describe what this shows")
TOO_MANY_SIGNS = _(
    "This text has too many signs such as [ * > | in it to be shown. Use fewer, or spread it over several articles."
)
# Whoever mends so many sees the rest then.
MOST_PROBLEMS = 20
NESTING = frozenset({OPENING, LIST_ITEM, "blockquote_open"})
_OPENS = re.compile(r":{3,}[ \t]*(?=[^:\s])")
_CLOSES = re.compile(r":{3,}[ \t]*$")
_FENCE = re.compile(r"`{3,}|~{3,}")


@dataclass(frozen=True)
class Problem:
    """What is wrong, in the words of whoever writes; `line` counts from one, and is missing where all of it is."""

    line: int | None
    text: str | Promise

    def __str__(self) -> str:
        if self.line is None:
            return str(self.text)
        return str(_("Line %(line)d: %(problem)s") % {"line": self.line, "problem": self.text})


@dataclass(frozen=True)
class Reading:
    """What a text consists of; one with too many signs in it is not taken apart and stands there as it was typed."""

    tokens: list[Token]
    is_taken_apart: bool = True


def parser() -> MarkdownIt:
    """Return a parser of our Markdown, without what makes HTML of it."""
    markdown = counting_parser({"html": False, "maxNesting": DEEPEST, "xhtmlOut": False}).enable("table")
    interrupted: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    markdown.block.ruler.before("fence", "part", _part, interrupted)
    markdown.core.ruler.push("task_lists", _mark_tasks)
    markdown.core.ruler.push("headings", _lower_and_anchor_headings)
    return markdown


def read(text: str) -> Reading:
    """Take a text apart, in bounded time."""
    try:
        return Reading(PARSER.parse(text))
    except TooMuchEffortError:
        return Reading([Token("code_block", "code", 0, content=text)], is_taken_apart=False)


def problems(text: str) -> list[Problem]:
    """Return what whoever writes must mend before the text can be an article; of very much, the first."""
    return problems_in(read(text))


def problems_in(reading: Reading) -> list[Problem]:
    if not reading.is_taken_apart:
        return [Problem(None, TOO_MANY_SIGNS)]
    return list(islice(_problems(reading.tokens), MOST_PROBLEMS))


def conditions_in(text: str) -> frozenset[str]:
    """Return for which conditions the text has parts of its own."""
    return frozenset(
        name for token in read(text).tokens if token.type == OPENING for name in conditions_of(token) if name in LABELS
    )


def kind_of(token: Token) -> str:
    """Return the first word after `:::`."""
    return token.info.strip().partition(" ")[0].lower()


def conditions_of(token: Token) -> list[str]:
    """Return the conditions an opening token names; none when it opens a note."""
    kind, _space, names = token.info.strip().partition(" ")
    return names_in(names) if kind.lower() == CONDITIONAL else []


def _problems(tokens: list[Token]) -> Iterator[Problem]:
    for token in tokens:
        if token.type in NESTING and token.level + 1 >= DEEPEST:
            yield Problem(_line(token), _("this is nested too deeply to be shown."))
            return
        if token.type == OPENING:
            yield from _part_problems(token)
        elif token.type == "inline":
            yield from _inline_problems(token)


def _inline_problems(token: Token) -> Iterator[Problem]:
    if any(_CLOSES.match(line.strip()) for line in token.content.split("\n")):
        yield Problem(_line(token), _("there is no block here that ::: could close."))
    for child in token.children or ():
        if child.type == "image" and not str(child.attrGet("src")).startswith(IMAGES):
            yield Problem(_line(token), _("a picture from elsewhere is not shown; upload it here."))
        elif child.type == "image" and child.content.strip() in {"", str(UNDESCRIBED)}:
            yield Problem(_line(token), _("say between the square brackets what the picture shows."))


def _part_problems(token: Token) -> Iterator[Problem]:
    kind, line = kind_of(token), _line(token)
    if not token.meta["is_closed"]:
        yield Problem(line, _("this block is not closed; put ::: on a line below it."))
    if kind == CONDITIONAL:
        names = conditions_of(token)
        if not names:
            yield Problem(line, _("“als” needs a condition, as in “::: als itsme”."))
        for name in names:
            if name not in LABELS:
                details = {"name": name, "known": ", ".join(LABELS)}
                yield Problem(line, _("“%(name)s” is no condition. Choose from: %(known)s.") % details)
    elif kind not in NOTES:
        details = {"name": kind, "known": ", ".join((*NOTES, CONDITIONAL))}
        yield Problem(line, _("“%(name)s” is no block. Choose from: %(known)s.") % details)


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _part(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - as the parser calls it
    """Take what stands between `::: kind` and the `:::` that belongs to it; blocks may stand in each other."""
    opening = _OPENS.match(_text_of(state, start))
    if state.is_code_block(start) or not opening:
        return False
    if silent:
        return True
    closing = _closing_line(state, start, end)
    last = end if closing is None else closing
    around = state.parentType, state.lineMax
    # A paragraph may not run on past the closing line.
    state.parentType, state.lineMax = "container", last
    token = state.push(OPENING, "div", 1)
    token.block, token.map, token.meta = True, [start, last], {"is_closed": closing is not None}
    token.info = _text_of(state, start)[opening.end() :]
    state.md.block.tokenize(state, start + 1, last)
    state.push(CLOSING, "div", -1).block = True
    state.parentType, state.lineMax = around
    state.line = last + (closing is not None)
    return True


def _closing_line(state: StateBlock, start: int, end: int) -> int | None:
    depth, fence = 1, ""
    for line in range(start + 1, end):
        text = _text_of(state, line)
        if text and state.sCount[line] < state.blkIndent:
            return None
        if mark := _FENCE.match(text):
            fence = "" if fence and text.startswith(fence) else fence or mark[0]
        if fence or state.is_code_block(line):
            continue
        depth += bool(_OPENS.match(text)) - bool(_CLOSES.match(text))
        if depth == 0:
            return line
    return None


def _text_of(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _mark_tasks(state: StateCore) -> None:
    """Turn "[ ] " and "[x] " at the start of a list item into a box nobody can tick."""
    for item, _paragraph, inline in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        mark = inline.content[:4].lower() if inline.type == "inline" and item.type == LIST_ITEM else ""
        if mark not in {"[ ] ", "[x] "} or not inline.children or inline.children[0].type != "text":
            continue
        inline.children[0].content = inline.children[0].content[4:]
        ticked = " checked" if mark[1] == "x" else ""
        opening = Token("html_inline", "", 0, content=f'<label><input type="checkbox" disabled{ticked}> ')
        inline.children = [opening, *inline.children, Token("html_inline", "", 0, content="</label>")]
        item.attrJoin("class", "task")


def _lower_and_anchor_headings(state: StateCore) -> None:
    used: dict[str, int] = {}
    for heading, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if heading.type == "heading_open":
            level = max(int(heading.tag[1:]), HIGHEST_HEADING)
            heading.tag = f"h{level}"
            if level <= LOWEST_ANCHOR:
                heading.attrSet("id", _anchor(inline.content, used))
        elif heading.type == "heading_close":
            heading.tag = f"h{max(int(heading.tag[1:]), HIGHEST_HEADING)}"


def _anchor(text: str, used: dict[str, int]) -> str:
    name = slugify(text)[:60] or "deel"
    used[name] = used.get(name, 0) + 1
    return f"{ANCHOR}{name}" if used[name] == 1 else f"{ANCHOR}{name}-{used[name]}"


PARSER = parser()
