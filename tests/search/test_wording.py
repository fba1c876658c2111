"""A query in the words that were probably meant."""

import pytest

from helpdesk.search.planning import read
from helpdesk.search.synonyms import NO_SYNONYMS
from helpdesk.search.vocabulary import Vocabulary
from helpdesk.search.wording import as_read, suggestion_for

WORDS = dict.fromkeys(("loket", "aanmelden", "kerk", "fabriek", "kerkfabriek", "rekening"), 5)
KNOWN = Vocabulary(everything=WORDS, public=WORDS)


def reading(text):
    return read(text, vocabulary=KNOWN, synonyms=NO_SYNONYMS, stands=lambda _token: False)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Hoe werkt het lokte?", "Hoe werkt het loket?"),
        ("De Kerk fabriek, en haar rekening.", "De kerkfabriek, en haar rekening."),
        ("aan melden (lokte)", "aanmelden (loket)"),
        ("kerk  en\nloket", "kerk en loket"),
        ("Mail an@lokte.example over het loket", "Mail an@lokte.example over het loket"),
        ("kerk-fabriek", "kerk-fabriek"),
        ("kerk", "kerk"),
        ("", ""),
    ],
)
def test_slips_are_repaired_and_compounds_put_together_and_the_rest_stays_as_it_is(typed, meant):
    assert as_read(typed, reading(typed)) == meant


def test_only_slips_are_suggested_to_be_typed_otherwise():
    assert (
        suggestion_for("lokte van de Kerk fabriek", reading("lokte van de Kerk fabriek")) == "loket van de Kerk fabriek"
    )
    assert suggestion_for("kerk fabriek", reading("kerk fabriek")) is None
