"""From what somebody typed to a plan: everything that is known of Dutch when something is asked."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from helpdesk.search.analysis import safe_text, telling
from helpdesk.search.codes import codes_in
from helpdesk.search.dutch import is_dutch
from helpdesk.search.plan import Group, Plan, Term
from helpdesk.search.separable import parted
from helpdesk.search.synonyms import Phrase, Synonyms
from helpdesk.search.vocabulary import LINKS, Vocabulary
from helpdesk.search.words import STOP_WORDS, grams, stem, words

# A question longer than this is read as far as this.
LONGEST_QUERY = 1000
MOST_WORDS = 40
MOST_REPAIRED = 6
MOST_ASKED = 6
MOST_DOUBTED = 12
# A word of so many public documents is not gone before the words are counted anew; that of one and its translations is.
LASTING = 5
PART = 0.6
# What stands inside a compound.
INSIDE = 0.8
TITLE = 0.5
GRAMS = 0.4
SYNONYM = 0.7
NEAR, FAR = 0.85, 0.65
UNLIKELY = 0.5
LONGEST_PHRASE = 4
# Only nouns are linked; what comes before a verb ("aan melden") is put against it.
UNLINKED = ("",)

# Whether any document that who asks may read has a word with this stem.
Stands = Callable[[str], bool]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a query means: its plan, without audience and slice, and what to tell who asked.

    `stems`: what to mark in the texts that are found. `repairs`: a typed word -> the public word it is read as.
    `joined`: two words in a row -> the compound they are read as. `is_guess`: not one of the words is known, so that
    what is found only resembles them.
    """

    plan: Plan
    stems: frozenset[str] = frozenset()
    repairs: Mapping[str, str] = field(default_factory=dict)
    joined: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    is_guess: bool = False


@dataclass(frozen=True, kw_only=True)
class _MeantToo:
    """What synonyms add: words for a word, and phrases for a word or a phrase.

    `understood`: the words that have any, and so are no slips.
    """

    words: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    phrases: dict[Phrase, None] = field(default_factory=dict)
    understood: set[str] = field(default_factory=set)


class _Draft:
    """A plan in the making."""

    def __init__(self, vocabulary: Vocabulary, stands: Stands) -> None:
        self.vocabulary = vocabulary
        self._stands = stands
        self._asked = 0
        self._doubted = 0
        self.repaired = 0
        self.groups: list[Group] = []
        self.resembled: list[tuple[str, float]] = []
        self.asks_common = False
        self.is_understood = False
        self.stems: set[str] = set()
        self.repairs: dict[str, str] = {}

    def want(self, alternatives: Mapping[str, float], *, is_shown: bool = True) -> None:
        """Ask for one of these words: in a text, as part of a compound, and best in a title."""
        tokens: dict[str, float] = {}
        for word, weight in alternatives.items():
            tokens[stem(word)] = max(weight, tokens.get(stem(word), 0.0))
        if is_shown:
            self.stems.update(tokens)
        whole = [Term(field="text", token=token, weight=weight) for token, weight in tokens.items()]
        inside = [Term(field="parts", token=token, weight=weight * INSIDE) for token, weight in tokens.items()]
        # What stands in a title stands in its text too, so this finds nothing more.
        titles = [Term(field="title", token=token, weight=weight * TITLE) for token, weight in tokens.items()]
        self.asks_common |= any(self.vocabulary.is_common(word) for word in alternatives)
        self.groups += [Group(terms=(*whole, *inside)), Group(terms=tuple(titles))]

    def stands(self, word: str) -> bool:
        """Whether a word that the vocabulary lacks stands in something that who asks may read; asked a few times."""
        self._asked += 1
        return self._asked <= MOST_ASKED and self._stands(stem(word))

    def offers(self, word: str) -> bool:
        """Whether a public word can still be read: it is counted once a day, and what it stood in can go before."""
        if self.vocabulary.public[word] >= LASTING:
            return True
        self._doubted += 1
        return self._doubted <= MOST_DOUBTED and self._stands(stem(word))

    def plan(self) -> Plan:
        """Return the plan; where a word is common it must be quick: of each one list, and resemblance left out."""
        if not self.asks_common:
            lifts = (piece for word, weight in self.resembled for piece in _pieces_of(word, weight))
            return Plan(audience=frozenset(), groups=tuple(self.groups), lifts=tuple(lifts))
        terms = (term for group in self.groups for term in group.terms if term.field != "text")
        return Plan(audience=frozenset(), groups=tuple(Group(terms=(_wherever(term),)) for term in terms))

    def want_parts(self, word: str, weight: float) -> bool:
        parts = self.vocabulary.parts(word)
        for part in parts:
            self.want({part: weight * PART})
        return bool(parts)

    def resemble(self, word: str, weight: float, *, is_only_way: bool) -> None:
        """Prefer what has the same pieces of four letters, or find by them when nothing else can."""
        if is_only_way:
            self.groups += _pieces_of(word, weight)
        else:
            self.resembled.append((word, weight))


def read(text: str, *, vocabulary: Vocabulary, synonyms: Synonyms, stands: Stands) -> Reading:
    """Return what a query means; one without a word means nothing in particular."""
    asked = safe_text(text[:LONGEST_QUERY])
    typed = list(words(asked))[:MOST_WORDS]
    draft = _Draft(vocabulary, stands)
    weights = dict.fromkeys([word for word in typed if word not in STOP_WORDS] or typed, 1.0)
    joined = list(_joined(typed, vocabulary, weights))
    for _apart, compound in joined:
        draft.want({compound: 1.0})
        draft.is_understood = True
    for rest, verb in parted(typed):
        if vocabulary.shows(verb):
            draft.want({verb: 1.0})
            draft.is_understood = True
            weights[rest] = PART
    meant = _meant_too(typed, _slips_of_terms(typed, vocabulary, synonyms.terms), synonyms)
    for word, weight in weights.items():
        _read_word(draft, word, weight, meant)
    for phrase in meant.phrases:
        for word in phrase:
            draft.want({word: SYNONYM / len(phrase)})
    return Reading(
        plan=draft.plan(),
        stems=frozenset(draft.stems),
        repairs=draft.repairs,
        joined=dict(joined),
        is_guess=bool(weights) and not draft.is_understood,
    )


def in_a_row(phrase: str) -> tuple[str, ...]:
    """Return the tokens that a text with this phrase has in a row; function words are kept of neither."""
    return tuple(map(stem, telling(safe_text(phrase[:LONGEST_QUERY]))))


def whether(token: str) -> Plan:
    """Return the plan that asks whether any text has this token, and not how many."""
    group = Group(terms=(Term(field="text", token=token),))
    return Plan(audience=frozenset(), groups=(group,), is_counted=False, limit=1)


def exact(text: str) -> Plan | None:
    """Return the plan that asks for the identifiers in a query and for nothing else; None when there are none."""
    codes = codes_in(text[:LONGEST_QUERY])
    return Plan(audience=frozenset(), codes=codes) if codes else None


def _pieces_of(word: str, weight: float) -> Iterator[Group]:
    pieces = grams(word)
    for piece in pieces:
        yield Group(terms=(Term(field="grams", token=piece, weight=weight * GRAMS / len(pieces) ** 0.5),))


def _wherever(term: Term) -> Term:
    """Ask for a word in a text and inside compounds at once: among the parts stands what stands in the text too."""
    return replace(term, weight=term.weight / INSIDE) if term.field == "parts" else term


def _read_word(draft: _Draft, word: str, weight: float, meant: _MeantToo) -> None:
    draft.want({word: weight} | dict.fromkeys(meant.words[word], weight * SYNONYM))
    found = draft.want_parts(word, weight) or draft.vocabulary.has(word)
    if _may_be_slip(draft, word) and word not in meant.understood:
        found |= _repair(draft, word, weight)
    found = found or word in meant.understood or draft.stands(word)
    draft.is_understood |= found
    draft.resemble(word, weight, is_only_way=not found)


def _may_be_slip(draft: _Draft, word: str) -> bool:
    return not draft.vocabulary.shows(word) and word.isalpha() and draft.repaired < MOST_REPAIRED


def _repair(draft: _Draft, word: str, weight: float) -> bool:
    repairs = [one for one in draft.vocabulary.repairs(word) if draft.offers(one[0])]
    if not repairs:
        return False
    draft.repaired += 1
    near = {known: weight * (NEAR if distance == 1 else FAR) for known, distance in repairs}
    if is_dutch(word) and sorted(word) != sorted(repairs[0][0]):
        # No slip, unless two letters changed places: it is neither told nor shown, and what it is like counts little.
        draft.want({known: likely * UNLIKELY for known, likely in near.items()}, is_shown=False)
        return False
    draft.want(near)
    draft.want_parts(repairs[0][0], weight * NEAR)
    draft.repairs[word] = repairs[0][0]
    return True


def _slips_of_terms(typed: Sequence[str], vocabulary: Vocabulary, terms: Vocabulary) -> Mapping[str, str]:
    """Return which words were meant as one that has synonyms; they are told to nobody, as no document may have it."""
    slips: dict[str, str] = {}
    for word in dict.fromkeys(typed):
        if vocabulary.shows(word) or not word.isalpha() or is_dutch(word) or len(slips) == MOST_REPAIRED:
            continue
        if nearest := terms.repairs(word)[:1]:
            ((term, distance),) = nearest
            if all(distance < other for _, other in vocabulary.repairs(word)):
                slips[word] = term
    return slips


def _meant_too(typed: Sequence[str], slips: Mapping[str, str], synonyms: Synonyms) -> _MeantToo:
    """Return what else is meant. Once, so no loop can turn."""
    meant = _MeantToo()
    for word, term in slips.items():
        meant.words[word].add(term)
    stems = [stem(slips.get(word, word)) for word in typed]
    for start, word in enumerate(typed):
        for end in range(start + 1, min(start + LONGEST_PHRASE, len(typed)) + 1):
            for other in synonyms.of(stems[start:end]):
                meant.understood.update(typed[start:end])
                if len(other) == 1 and end == start + 1:
                    meant.words[word].add(other[0])
                else:
                    meant.phrases[other] = None
    return meant


def _joined(
    typed: Sequence[str], vocabulary: Vocabulary, weights: dict[str, float]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the compounds that were written apart; what they were made of counts as their parts."""
    for first, second in pairwise(typed):
        if second in STOP_WORDS:
            # "aan melden" is one word; "app en" looks like the ending of one.
            continue
        for link in UNLINKED if first in STOP_WORDS else LINKS:
            joined = f"{first}{link}{second}"
            if joined.isalpha() and vocabulary.has(joined):
                weights |= {word: PART for word in (first, second) if word in weights}
                yield (first, second), joined
                break
