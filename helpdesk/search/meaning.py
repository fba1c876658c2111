"""An optional second opinion: how near a text is to a question by what both mean, whatever words they use.

It only puts in another order what the engine found, so it shows nobody anything he may not see.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from helpdesk.search.engine import Entry, Match

# How many of what the engine found are looked at, and how much of each is read.
LOOKED_AT = 100
LONGEST_PASSAGE = 1500
# Whose meaning is worked out: texts that are written once and read often.
KINDS = frozenset({"article"})
# To be nearer by a tenth weighs as much as all words do: what is about one thing and what is not lie that close.
NEARER = 10.0
_BLANK = re.compile(r"\s+")


class Embedder(Protocol):
    name: str

    def remember(self, passages: Collection[str]) -> None:
        """Work out and keep what these passages mean, so that asking is quick."""

    def nearness(self, question: str, passages: Sequence[str]) -> Sequence[float | None]:
        """Return of each passage how near it is to the question; None for one that is not remembered."""


def make_embedder(name: str) -> Embedder:
    """Return an embedder that keeps what it knows in VAR_DIR; raises ImportError when it is not installed."""
    return import_string(settings.SEARCH_EMBEDDERS[name])(settings.SEARCH_DIR / "meaning")  # type: ignore[no-any-return]


@cache
def chosen_embedder() -> Embedder | None:
    """Return the one that the product runs with, if any."""
    return make_embedder(settings.SEARCH_EMBEDDER) if settings.SEARCH_EMBEDDER else None


def passage_of(document: Entry | Match) -> str:
    text = document.text[:LONGEST_PASSAGE]
    return _BLANK.sub(" ", f"{document.title}\n{text}").strip()[:LONGEST_PASSAGE]


def reordered(question: str, matches: Sequence[Match], embedder: Embedder) -> list[Match]:
    """Return the matches by words, each beside the best of them, and meaning together."""
    best = max((match.score for match in matches), default=0.0) or 1.0
    by_words = [match.score / best for match in matches]
    near = _completed(embedder.nearness(question, [passage_of(match) for match in matches]), by_words)
    scores = [worded + NEARER * value for worded, value in zip(by_words, near, strict=True)]
    ordered = sorted(zip(scores, matches, strict=True), key=lambda pair: -pair[0])
    return [replace(match, score=score) for score, match in ordered]


def _completed(near: Sequence[float | None], by_words: Sequence[float]) -> list[float]:
    """Take what is not remembered to be as near, among the others, as its words are good."""
    known = [value for value in near if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    return [
        low + worded * (high - low) if value is None else value for value, worded in zip(near, by_words, strict=True)
    ]
