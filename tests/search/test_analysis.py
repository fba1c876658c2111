"""What of a document is kept."""

from helpdesk.search.analysis import LONGEST_SHOWN, entry_of, words_of
from helpdesk.search.documents import Document
from helpdesk.search.vocabulary import Vocabulary
from helpdesk.search.words import stem

WORDS = {"gebruiker": 5, "recht": 5, "aanvragen": 5}
KNOWN = Vocabulary(everything=WORDS, public=WORDS)
NATIONAL_NUMBER = "85.07.30-033.28"


def document(**values):
    about = {
        "key": "article:1", "kind": "article", "object_id": 1, "version": 7,
        "title": "", "text": "", "audience": frozenset({"public"}),
    }  # fmt: skip
    return Document(**about | values)


def test_words_are_kept_by_field_and_a_title_counts_three_times_and_parts_stand_beside_whole_words():
    tokens = entry_of(document(title="Gebruikersrecht", text="Het recht aanvragen"), KNOWN).tokens

    whole, user, right = stem("gebruikersrecht"), stem("gebruiker"), stem("recht")
    assert tokens["title"] == [whole, user, right]
    assert tokens["text"] == [whole] * 3 + [right, stem("aanvragen")]
    assert tokens["parts"] == [whole, right, stem("aanvragen"), user, right]
    assert tokens["grams"][:2] == ["^geb", "gebr"]


def test_tokens_of_an_audience_and_of_facets_name_what_they_are_of():
    entry = entry_of(document(facets={"status": ("open",)}, codes=("0207.437.468",)), KNOWN)

    assert entry.audience == {"article:public"}
    assert entry.facets == ("kind=article", "status=open")
    assert entry.codes == ("0207437468",)


def test_a_rijksregisternummer_never_reaches_the_index():
    entry = entry_of(document(title=f"Fout {NATIONAL_NUMBER}", text=f"Mijn nummer is {NATIONAL_NUMBER}."), KNOWN)

    kept = repr(entry)
    assert "033" not in kept
    assert "••.••.••" in entry.text
    assert "033" not in " ".join(words_of(document(text=NATIONAL_NUMBER)))


def test_of_a_long_text_a_beginning_is_kept_to_show():
    entry = entry_of(document(text="woord " * 100_000), KNOWN)

    assert len(entry.text) == LONGEST_SHOWN
    assert len(entry.tokens["text"]) < 20_000
