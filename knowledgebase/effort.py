"""A parser that counts what it does, so that it can stop: how long a text takes hangs on its signs, not on its length.

Some lines of table can stand for sixty thousand cells, and a bracket is tried again for each bracket around it. Steps
are counted and not seconds, so a text that may be saved can be shown on every machine, however busy that is.
"""

from collections.abc import Mapping, MutableMapping
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

# The longest text we take needs a fifth of it, and somewhat more than half where it is one table.
MOST_STEPS = 75_000
# An address is looked at sign by sign.
_STEPS_OF_A_LINK = 5
_STEPS = "steps"
# What looks ahead whether something else begins tries these.
_AHEAD: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}


class TooMuchEffortError(Exception):
    """The text has more signs in it than can be made sense of in a moment."""


def counting_parser(options: Mapping[str, Any]) -> MarkdownIt:
    """Return a parser of CommonMark that raises `TooMuchEffortError` rather than take long."""
    markdown = MarkdownIt("zero")
    markdown.inline, markdown.block = _Inline(), _Block()
    markdown.configure("commonmark", options_update=options)
    markdown.inline.ruler.before("text", "step", _step_inline)
    markdown.block.ruler.before("table", "step", _step_block, _AHEAD)
    markdown.enable("step")
    return markdown


def _spend(env: MutableMapping[str, Any], steps: int = 1) -> None:
    env[_STEPS] = steps = env.get(_STEPS, 0) + steps
    if steps > MOST_STEPS:
        raise TooMuchEffortError


def _step_inline(state: StateInline, _silent: bool) -> bool:  # noqa: FBT001 - as the parser calls it
    _spend(state.env)
    return False


def _step_block(state: StateBlock, _start: int, _end: int, _silent: bool) -> bool:  # noqa: FBT001 - as the parser calls it
    _spend(state.env)
    return False


class _InlineState(StateInline):
    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        _spend(self.env, _STEPS_OF_A_LINK if ttype in {"link_open", "image"} else 1)
        return super().push(ttype, tag, nesting)


class _BlockState(StateBlock):
    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        _spend(self.env)
        return super().push(ttype, tag, nesting)


class _Inline(ParserInline):
    """Counts also what it remembers having read, and texts in which nothing stands: cells of a table."""

    def skipToken(self, state: StateInline) -> None:  # noqa: N802 - as the parser calls it
        _spend(state.env)
        super().skipToken(state)

    def parse(self, src: str, md: MarkdownIt, env: MutableMapping[str, Any], tokens: list[Token]) -> list[Token]:
        _spend(env)
        state = _InlineState(src, md, env, tokens)
        self.tokenize(state)
        for pair_up in self.ruler2.getRules(""):
            pair_up(state)
        return state.tokens


class _Block(ParserBlock):
    def parse(
        self,
        src: str,
        md: MarkdownIt,
        env: MutableMapping[str, Any],
        outTokens: list[Token],  # noqa: N803 - as the parser calls it
    ) -> list[Token] | None:
        state = _BlockState(src, md, env, outTokens)
        self.tokenize(state, state.line, state.lineMax)
        return state.tokens
