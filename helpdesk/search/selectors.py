"""The vocabulary and the synonyms, as every process knows them."""

import csv
import zlib
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.db.models import Max

from helpdesk.search.kept import Kept
from helpdesk.search.models import KnownWords, SynonymSet
from helpdesk.search.planning import LONGEST_PHRASE
from helpdesk.search.synonyms import Synonyms
from helpdesk.search.vocabulary import EMPTY, Vocabulary
from helpdesk.search.words import stem, words

ASK_EVERY_S = 2.0
DATA = Path(__file__).parent / "data"


class ShippedSynonymsError(Exception):
    """A line that ships is wrong; the text says which and why."""


def vocabulary() -> Vocabulary:
    return _vocabulary.get()


def synonyms() -> Synonyms:
    return _synonyms.get()


def synonym_sets() -> list[SynonymSet]:
    return list(SynonymSet.objects.all())


def lookup_of(sets: Sequence[SynonymSet]) -> Synonyms:
    """Return what each word or phrase of these sets means too."""
    found: defaultdict[tuple[str, ...], dict[tuple[str, ...], None]] = defaultdict(dict)
    for one in sets:
        for term in _phrases(one.terms):
            others = one.meanings or one.terms
            found[tuple(map(stem, term))] |= {other: None for other in _phrases(others) if other != term}
    words_alone = dict.fromkeys((term[0] for one in sets for term in _phrases(one.terms) if len(term) == 1), 1)
    return Synonyms(
        meanings={term: tuple(others) for term, others in found.items() if others},
        terms=Vocabulary(everything=words_alone, public=words_alone),
    )


def shipped_synonyms(file: Path = DATA / "synonyms.csv") -> list[SynonymSet]:
    """Return the sets that come with the product, as rows that are in no database; each is known by its first term."""
    with file.open(encoding="utf-8", newline="") as lines:
        shipped = [
            SynonymSet(terms=_listed(row["terms"]), meanings=_listed(row["meanings"]), source=row["source"])
            for row in csv.DictReader(lines)
        ]
    for number, one in enumerate(shipped):
        if problem := _problem_of(one, [other.terms[:1] for other in shipped[:number]]):
            raise ShippedSynonymsError(f"{file.name}, “{one}”: {problem}")
    return shipped


def _problem_of(one: SynonymSet, before: Sequence[list[str]]) -> str | None:
    given = [*one.terms, *one.meanings]
    if not one.terms or len(given) < 2:  # noqa: PLR2004 - what means the same is two at least
        return "it says of no word what else it means"
    if long := [term for term in given if not 0 < len(list(words(term))) <= LONGEST_PHRASE]:
        return f"“{long[0]}” has no word, or more than {LONGEST_PHRASE}"
    return "another line begins with the same word" if one.terms[:1] in before else None


def packed(vocabulary: Vocabulary) -> str:
    lines = (f"{word} {count} {vocabulary.public.get(word, 0)}" for word, count in vocabulary.everything.items())
    return b64encode(zlib.compress("\n".join(lines).encode())).decode()


def unpacked(kept: str) -> Vocabulary:
    everything: dict[str, int] = {}
    public: dict[str, int] = {}
    for line in zlib.decompress(b64decode(kept)).decode().split("\n"):
        word, _, counts = line.partition(" ")
        if counts:
            total, _, shown = counts.partition(" ")
            everything[word] = int(total)
            if shown != "0":
                public[word] = int(shown)
    return Vocabulary(everything=everything, public=public)


def forget() -> None:
    """Read both anew at the next occasion: this process has just changed them."""
    _vocabulary.forget()
    _synonyms.forget()


def _listed(cell: str) -> list[str]:
    return [term for term in cell.split("|") if term]


def _phrases(terms: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for term in terms:
        phrase = tuple(words(term))
        if 0 < len(phrase) <= LONGEST_PHRASE:
            yield phrase


def _read_vocabulary() -> Vocabulary:
    row = KnownWords.objects.order_by("-pk").first()
    return unpacked(row.words) if row else EMPTY


_vocabulary = Kept(
    mark=lambda: KnownWords.objects.aggregate(newest=Max("built_at"))["newest"],
    read=_read_vocabulary,
    every_s=ASK_EVERY_S,
)
_synonyms = Kept(
    # Every change of a set, also that it is gone, adds a line to the history.
    mark=lambda: SynonymSet.history.aggregate(newest=Max("history_id"))["newest"],
    read=lambda: lookup_of(synonym_sets()),
    every_s=ASK_EVERY_S,
)
