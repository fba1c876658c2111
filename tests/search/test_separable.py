"""Verbs whose first part stands at the end of the clause."""

import pytest

from helpdesk.search.persons import infinitive_of
from helpdesk.search.planning import PART, read
from helpdesk.search.separable import parted
from helpdesk.search.synonyms import NO_SYNONYMS
from helpdesk.search.vocabulary import Vocabulary
from helpdesk.search.words import stem

PUBLIC = {"doorsturen": 5, "loket": 5}
KNOWN = Vocabulary(everything=PUBLIC | {"inschrijven": 500}, public=PUBLIC)


def verbs_in(text):
    return [verb for _, verb in parted(text.split())]


def weights_of(text):
    plan = read(text, vocabulary=KNOWN, synonyms=NO_SYNONYMS, stands=lambda _token: False).plan
    return {term.token: term.weight for group in plan.groups for term in group.terms if term.field == "text"}


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("het pakket stuurt niets door", "doorsturen"),
        ("waar schrijf ik me in voor het loket", "inschrijf"),
        ("wie vult dat aan", "aanvullen"),
    ],
)
def test_what_ends_a_clause_may_be_the_first_part_of_a_verb(text, verb):
    assert verb in verbs_in(text)


@pytest.mark.parametrize("text", ["rechten geven aan de collega", "rechten geven aan collega", "mail van ons bestuur"])
def test_a_preposition_is_no_part_of_a_verb(text):
    assert verbs_in(text) == []


def test_a_verb_too_far_from_its_first_part_is_another_clause():
    assert "doorsturen" not in verbs_in("stuurt u ons vandaag of morgen nog iets door")


def test_the_whole_verb_is_looked_for_and_what_is_left_of_it_less():
    weights = weights_of("loket stuurt niets door")

    assert weights[stem("doorsturen")] == 1.0
    assert weights[stem("stuurt")] == PART
    assert weights[stem("loket")] == 1.0


def test_a_verb_that_stands_only_where_not_everybody_may_look_is_not_looked_for():
    assert stem("inschrijven") not in weights_of("waar schrijf ik me in")


@pytest.mark.parametrize(
    ("typed", "verb"),
    [
        ("stuurt", "sturen"),
        ("vult", "vullen"),
        ("weigert", "weigeren"),
        ("verschijnt", "verschijnen"),
        ("vindt", "vinden"),
        ("meldt", "melden"),
    ],
)
def test_a_third_person_has_its_whole_verb(typed, verb):
    assert infinitive_of(typed) == verb


@pytest.mark.parametrize("noun", ["buurt", "kaart", "gent", "hasselt", "document", "punt", "bericht", "loket", "kent"])
def test_a_noun_or_a_name_has_none(noun):
    assert infinitive_of(noun) is None
