"""What else words and phrases mean, as editors say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from helpdesk.search.vocabulary import EMPTY, Vocabulary

Phrase = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Synonyms:
    """`meanings`: the stems of a word or phrase -> what else is meant by it, each as words.

    `terms`: the single words among them as they are written, which need stand in no document.
    """

    meanings: Mapping[Phrase, tuple[Phrase, ...]]
    terms: Vocabulary = EMPTY

    def of(self, stems: Sequence[str]) -> tuple[Phrase, ...]:
        return self.meanings.get(tuple(stems), ())


NO_SYNONYMS = Synonyms(meanings={})
