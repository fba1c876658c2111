"""What the corpus knows: its words, and by them how compounds come apart and what a misspelt word may have been.

Two kinds of words: those anybody may read somewhere, and those that stand only where not everybody may look. Of the
second only the commonest are known, to take compounds apart: that any other stands somewhere must show in nothing.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from helpdesk.search.dutch import is_dutch
from helpdesk.search.words import STOP_WORDS, stem

SHORTEST_COMPOUND = 6
SHORTEST_PART = 3
LONG_PART = 5
# Nouns of three letters that compounds are made of, and abbreviations.
SHORT_PARTS = frozenset((Path(__file__).parent / "data" / "short_parts.txt").read_text().split())
MOST_PARTS = 3
# A word that is far commoner than what it seems to be made of is a word of its own ("bestand": "best", "and").
COMMONER = 20
# What Dutch puts between the parts of a compound.
LINKS = ("", "s", "e", "en", "n")
SHORT_WORD = 6
SHORTEST_REPAIRED = 4
CANDIDATES = 3
# To go through so many documents costs more than it tells to compare, of each, where a word stands.
COMMON = 10_000
# A word of so many documents is nobody's secret.
EVERYDAY = 100
MOST_KEPT = 100_000


class Vocabulary:
    """Words as they stand in the documents, with in how many; immutable."""

    def __init__(self, *, everything: Mapping[str, int], public: Mapping[str, int]) -> None:
        self.everything = everything
        self.public = public
        self._parts: dict[str, tuple[str, ...]] = {}

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(map(stem, self.everything))

    @cached_property
    def _public_stems(self) -> frozenset[str]:
        return frozenset(map(stem, self.public))

    @cached_property
    def _public_by_length(self) -> Mapping[int, list[str]]:
        lengths: dict[int, list[str]] = {}
        for word in self.public:
            if word.isalpha():
                lengths.setdefault(len(word), []).append(word)
        return lengths

    @cached_property
    def public_only(self) -> "Vocabulary":
        """The same for who may not look everywhere: as if there were no other words."""
        public = Vocabulary(everything=self.public, public=self.public)
        # What is worked out of the public words is the same in both.
        public._stems = public._public_stems = self._public_stems
        public._public_by_length = self._public_by_length
        return public

    def has(self, word: str) -> bool:
        """Whether this word, in whatever form, stands in any document."""
        return word in self.everything or stem(word) in self._stems

    def shows(self, word: str) -> bool:
        """Whether this word, in whatever form, stands where anybody may read it."""
        return word in self.public or stem(word) in self._public_stems

    def is_common(self, word: str) -> bool:
        return self.everything.get(word, 0) >= COMMON

    def parts(self, word: str) -> tuple[str, ...]:
        """Return the words a compound is made of: as few as can be, the commonest; none when it is no compound."""
        if len(word) < SHORTEST_COMPOUND or not word.isalpha():
            return ()
        parts = self._parts.get(word)
        if parts is None:
            # What strangers type must not fill the memory: only words of documents are remembered.
            parts = self._take_apart(word)
            if word in self.everything:
                self._parts[word] = parts
        return parts

    def repairs(self, word: str) -> list[tuple[str, int]]:
        """Return public words that an unknown one may have been meant as, all as near, with their distance."""
        if len(word) < SHORTEST_REPAIRED:
            return []
        far = 1 if len(word) < SHORT_WORD else 2
        found = [
            (candidate, distance)
            for length in range(len(word) - far, len(word) + far + 1)
            for candidate, distance, _ in self._near(word, length, far)
            # Who mistypes seldom does so in the first letter, and hardly ever there and once more.
            if distance <= 1 or candidate[0] == word[0]
        ]
        found.sort(key=lambda one: (one[1], one[0][0] != word[0], -self.public[one[0]], one[0]))
        return [one for one in found if one[1] == found[0][1]][:CANDIDATES]

    def _near(self, word: str, length: int, far: int) -> list[tuple[str, int, int]]:
        known: Sequence[str] = self._public_by_length.get(length, [])
        return extract(word, known, scorer=OSA.distance, score_cutoff=far, limit=None)

    def _take_apart(self, word: str) -> tuple[str, ...]:
        for count in range(2, MOST_PARTS + 1):
            best = max(self._divisions(word, count), key=self._likelihood, default=())
            if best:
                return best if self._is_compound(word, best) else ()
        return ()

    def _divisions(self, word: str, count: int) -> Iterator[tuple[str, ...]]:
        if count == 1:
            if self._is_part(word):
                yield (word,)
            return
        for end in range(SHORTEST_PART, len(word) - SHORTEST_PART * (count - 1) + 1):
            for part in self._heads(word[:end]):
                for rest in self._divisions(word[end:], count - 1):
                    yield (part, *rest)

    def _heads(self, head: str) -> Iterator[str]:
        for link in LINKS:
            if head.endswith(link) and self._is_part(head.removesuffix(link)):
                yield head.removesuffix(link)

    def _is_part(self, word: str) -> bool:
        if len(word) < SHORTEST_PART or word not in self.everything or word in STOP_WORDS:
            return False
        # So short, most are no words but endings, beginnings and names: "gebruik-ers", "ver-keer", "vera-derde".
        return len(word) >= LONG_PART or word in SHORT_PARTS or (len(word) > SHORTEST_PART and is_dutch(word))

    def _likelihood(self, parts: tuple[str, ...]) -> float:
        return sum(math.log(self.everything[part]) for part in parts)

    def _is_compound(self, word: str, parts: tuple[str, ...]) -> bool:
        usual = math.exp(self._likelihood(parts) / len(parts))
        return usual * COMMONER >= self.everything.get(word, 0)


EMPTY = Vocabulary(everything={}, public={})


class WordCount:
    """Counts in how many documents each word stands, and keeps what is worth keeping."""

    def __init__(self) -> None:
        self._everything: dict[str, int] = {}
        self._public: dict[str, int] = {}

    def add(self, words: Iterable[str], *, is_public: bool) -> None:
        for word in set(words):
            self._everything[word] = self._everything.get(word, 0) + 1
            if is_public:
                self._public[word] = self._public.get(word, 0) + 1

    def vocabulary(self) -> Vocabulary:
        """Return all public words, and of the others those that many documents have: no slip, and no name."""
        kept = {word: count for word, count in self._everything.items() if count >= EVERYDAY or word in self._public}
        if len(kept) > MOST_KEPT:
            kept = dict(sorted(kept.items(), key=lambda one: (one[0] in self._public, one[1]))[-MOST_KEPT:])
        public = {word: count for word, count in self._public.items() if word in kept}
        return Vocabulary(everything=kept, public=public)
