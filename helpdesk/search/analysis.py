"""From a document to an entry: everything that is known of Dutch when something is kept."""

from collections.abc import Iterable, Sequence

from helpdesk.kernel.redaction import mask_national_numbers
from helpdesk.search.codes import normal_code
from helpdesk.search.documents import Document
from helpdesk.search.engine import Entry, ObjectRef
from helpdesk.search.plan import audience_token, facet_token
from helpdesk.search.snippets import on_one_line
from helpdesk.search.vocabulary import Vocabulary
from helpdesk.search.words import STOP_WORDS, grams, stem, words

# The keyword of what anybody may read.
PUBLIC = "public"
# How often the words of a title count among those of the text.
TITLE_COUNTS = 3
# About fifty pages. The rest of a longer text is not found, and no document weighs down the whole index.
LONGEST_TEXT = 100_000
# What is kept to show where words stand.
LONGEST_SHOWN = 20_000


def entry_of(document: Document, vocabulary: Vocabulary) -> Entry:
    title = safe_text(document.title)
    text = safe_text(document.text[:LONGEST_TEXT])
    return Entry(
        key=document.key,
        ref=ObjectRef(document.kind, document.object_id),
        version=document.version,
        title=title,
        text=on_one_line(text[:LONGEST_SHOWN]),
        tokens=_tokens(telling(title), telling(text), vocabulary),
        audience=frozenset(audience_token(document.kind, keyword) for keyword in document.audience),
        codes=tuple(normal_code(code) for code in document.codes),
        facets=tuple(_facets(document)),
    )


def words_of(document: Document) -> Iterable[str]:
    """Return every word of a document that the vocabulary may learn."""
    return telling(safe_text(f"{document.title}\n{document.text[:LONGEST_TEXT]}"))


def safe_text(text: str) -> str:
    """Return text that may be kept: without rijksregisternummers and signs that nobody can see."""
    masked, _ = mask_national_numbers(text)
    return masked.replace("\x00", " ")


def telling(text: str) -> list[str]:
    return [word for word in words(text) if word not in STOP_WORDS]


def _tokens(title: Sequence[str], text: Sequence[str], vocabulary: Vocabulary) -> dict[str, list[str]]:
    title_parts = _parts(title, vocabulary)
    whole = dict.fromkeys(map(stem, (*title, *text)))
    return {
        "title": [*map(stem, title), *title_parts],
        "text": [*map(stem, title)] * TITLE_COUNTS + [*map(stem, text)],
        # The whole words too: else a common word that is seldom part of a compound would count as a rare one there.
        "parts": [*whole, *title_parts, *_parts(text, vocabulary)],
        "grams": [gram for word in (*title, *text) for gram in grams(word)],
    }


def _parts(found: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    return [stem(part) for word in found for part in vocabulary.parts(word)]


def _facets(document: Document) -> Iterable[str]:
    yield facet_token("kind", document.kind)
    for name, values in document.facets.items():
        for value in values:
            yield facet_token(name, value)
