"""What a query means."""

import time

import pytest

from helpdesk.search.dutch import is_dutch
from helpdesk.search.models import SynonymSet
from helpdesk.search.planning import FAR, INSIDE, MOST_ASKED, NEAR, PART, SYNONYM, TITLE, UNLIKELY, exact, read
from helpdesk.search.selectors import lookup_of
from helpdesk.search.vocabulary import COMMON, EMPTY, Vocabulary
from helpdesk.search.wording import suggestion_for
from helpdesk.search.words import grams, stem

TELLING = (
    "gebruiker", "recht", "gebruikersrecht", "beheerder", "loket", "aanmelden", "inloggen", "kerk", "fabriek",
    "kerkfabriek", "kaart", "itsme",
)  # fmt: skip
WORDS = dict.fromkeys(TELLING, 5)
KNOWN = Vocabulary(everything=WORDS, public=WORDS)


def reading(text, *, vocabulary=KNOWN, synonyms=(), stands=lambda _token: False):
    known = lookup_of([SynonymSet(**one) for one in synonyms])
    return read(text, vocabulary=vocabulary, synonyms=known, stands=stands)


def wanted(plan):
    """Return of each word that is looked for in texts how much it counts."""
    found = {}
    for group in plan.groups:
        for term in group.terms:
            if term.field == "text":
                found[term.token] = max(found.get(term.token, 0), term.weight)
    return found


def looked_for(plan):
    return [[(term.field, term.token, term.weight) for term in group.terms] for group in plan.groups]


def test_words_are_looked_for_by_their_stem_in_texts_or_inside_compounds_and_count_more_in_titles():
    token = stem("aanmelden")

    assert looked_for(reading("aangemeld").plan) == [
        [("text", token, 1.0), ("parts", token, INSIDE)],
        [("title", token, TITLE)],
    ]


def test_beside_a_common_word_each_is_looked_for_in_one_place_that_has_all_and_what_resembles_it_is_left_out():
    often, less = WORDS | {"loket": COMMON}, WORDS | {"loket": COMMON - 1}
    common, rare = stem("loket"), stem("aanmelden")

    quick = reading("loket aanmelden", vocabulary=Vocabulary(everything=often, public=often)).plan
    slow = reading("loket aanmelden", vocabulary=Vocabulary(everything=less, public=less)).plan

    assert looked_for(quick) == [
        [("parts", common, 1.0)],
        [("title", common, TITLE)],
        [("parts", rare, 1.0)],
        [("title", rare, TITLE)],
    ]
    assert quick.lifts == ()
    assert looked_for(slow)[0] == [("text", common, 1.0), ("parts", common, INSIDE)]
    assert {term.token for group in slow.lifts for term in group.terms} == {*grams("loket"), *grams("aanmelden")}


def test_what_all_addresses_begin_or_end_with_asks_nothing():
    address = reading("https://www.aalter.be").plan

    assert set(wanted(address)) == {stem("aalter")}


def test_function_words_ask_nothing_unless_they_are_all_there_is():
    assert wanted(reading("hoe kan ik aanmelden").plan) == {stem("aanmelden"): 1.0}
    assert set(wanted(reading("hoe kan ik").plan)) == {stem("hoe"), stem("kan"), stem("ik")}


def test_a_compound_is_looked_for_whole_and_less_so_by_its_parts():
    assert wanted(reading("gebruikersrecht").plan) == {
        stem("gebruikersrecht"): 1.0,
        stem("gebruiker"): PART,
        stem("recht"): PART,
    }


def test_a_compound_that_is_written_apart_is_put_together():
    assert wanted(reading("kerk fabriek").plan) == {stem("kerkfabriek"): 1.0, stem("kerk"): PART, stem("fabriek"): PART}
    assert stem("gebruikersrecht") in wanted(reading("gebruiker recht").plan)
    assert reading("aan melden").joined == {("aan", "melden"): "aanmelden"}


def test_a_function_word_is_never_the_end_of_a_compound():
    assert KNOWN.has("gebruikeren")
    assert reading("gebruiker en recht").joined == {}


def test_a_function_word_is_not_linked_to_what_comes_after_it():
    often = WORDS | {"insteken": 5}

    assert reading("i steken", vocabulary=Vocabulary(everything=often, public=often)).joined == {}


@pytest.mark.parametrize(
    ("typed", "like_it"),
    [("internet", "interne"), ("raar", "raad"), ("vliegt", "voegt"), ("liggen", "liepen"), ("pastoor", "paswoord")],
)
def test_a_word_of_dutch_is_no_slip_of_one_that_documents_have(typed, like_it):
    known = Vocabulary(everything={like_it: 5}, public={like_it: 5})
    read_as = reading(typed, vocabulary=known)

    assert known.repairs(typed)
    assert read_as.repairs == {}
    assert suggestion_for(typed, read_as) is None
    assert read_as.stems == {stem(typed)}
    assert wanted(read_as.plan)[stem(like_it)] <= NEAR * UNLIKELY


def test_letters_that_changed_places_are_a_slip_though_they_make_another_word():
    assert is_dutch("lokte")
    assert reading("lokte").repairs == {"lokte": "loket"}


@pytest.mark.parametrize("text", ["logim", "openbaar centrim"])
def test_what_has_a_synonym_is_no_slip_though_no_document_has_it(text):
    same = [{"terms": ["logim", "aanmelden"]}, {"terms": ["openbaar centrim", "kerk"]}]
    known = Vocabulary(everything=WORDS | {"login": 5, "centrum": 5}, public=WORDS | {"login": 5, "centrum": 5})

    assert reading(text, vocabulary=known).repairs
    assert reading(text, vocabulary=known, synonyms=same).repairs == {}


def test_a_word_nobody_knows_is_read_as_what_it_may_have_been():
    read_as = reading("lokte")

    assert wanted(read_as.plan) == {stem("lokte"): 1.0, stem("loket"): NEAR}
    assert read_as.repairs == {"lokte": "loket"}
    assert wanted(reading("beehrder").plan)[stem("beheerder")] == FAR


@pytest.mark.parametrize("text", ["aangemeld", "loket", "44021", "gebruikersrecht", "kerkgebruiker"])
def test_what_is_known_or_made_of_what_is_known_is_offered_nothing_wrong(text):
    assert reading(text).repairs == {}


def test_what_stands_in_tickets_alone_is_not_known_to_who_asks():
    hidden = Vocabulary(everything={**WORDS, "lokte": 9}, public=WORDS)

    assert reading("lokte", vocabulary=hidden).repairs == {"lokte": "loket"}


def test_a_word_without_any_neighbour_is_found_by_its_pieces():
    plan = reading("onvindbaarheid").plan

    assert {term.field for group in plan.groups for term in group.terms} >= {"grams"}
    assert all(term.field != "grams" for group in reading("loket").plan.groups for term in group.terms)


@pytest.mark.parametrize(
    ("text", "is_guess"),
    [
        ("onvindbaarheid", True),
        # A word, so no slip, though near one that is known.
        ("echt", True),
        ("", False),
        ("onvindbaarheid loket", False),
        ("lokte", False),
        ("kerk fabriek", False),
        ("gebruikersfabriek", False),
    ],
)
def test_what_only_resembles_what_was_asked_is_a_guess(text, is_guess):
    assert reading(text).is_guess is is_guess


def test_what_has_a_synonym_or_stands_in_what_one_may_read_is_no_guess():
    assert not reading("onvindbaarheid", synonyms=[{"terms": ["onvindbaarheid"], "meanings": ["loket"]}]).is_guess
    assert not reading("onvindbaarheid", stands=lambda _token: True).is_guess


def test_a_word_that_stands_in_what_one_may_read_is_found_as_it_is():
    asked = []

    def stands(token):
        asked.append(token)
        return True

    plan = reading("onvindbaarheid loket", stands=stands).plan

    assert asked == [stem("onvindbaarheid")]
    assert all(term.field != "grams" for group in plan.groups for term in group.terms)


def test_of_a_few_words_is_asked_whether_they_stand_anywhere():
    asked = []

    reading(" ".join(f"zeldzaamwoord{number}" for number in range(40)), stands=lambda token: bool(asked.append(token)))

    assert len(asked) == MOST_ASKED


def test_synonyms_count_less_and_both_ways():
    same = [{"terms": ["aanmelden", "inloggen"]}]

    assert wanted(reading("inloggen", synonyms=same).plan)[stem("aanmelden")] == SYNONYM
    assert wanted(reading("aangemeld", synonyms=same).plan)[stem("inloggen")] == SYNONYM


def test_one_way_is_not_the_other():
    one_way = [{"terms": ["kaart"], "meanings": ["itsme"]}]

    assert stem("itsme") in wanted(reading("kaart", synonyms=one_way).plan)
    assert stem("kaart") not in wanted(reading("itsme", synonyms=one_way).plan)


def test_phrases_have_synonyms_and_are_synonyms():
    same = [{"terms": ["lokale beheerder", "gebruikersbeheerder"]}]

    assert stem("gebruikersbeheerder") in wanted(reading("wie is de lokale beheerder", synonyms=same).plan)
    assert stem("lokale") in wanted(reading("gebruikersbeheerder", synonyms=same).plan)
    assert stem("gebruikersbeheerder") not in wanted(reading("beheerder", synonyms=same).plan)


def test_a_slip_of_a_word_that_only_has_synonyms_means_what_they_mean_and_is_told_to_nobody():
    same = [{"terms": ["paswoord", "loket"]}, {"terms": ["openbaar", "kerk"]}]

    read_as = reading("paswrd", synonyms=same)

    assert wanted(read_as.plan) == {stem("paswrd"): 1.0, stem("paswoord"): SYNONYM, stem("loket"): SYNONYM}
    assert read_as.repairs == {}


def test_a_word_of_a_document_that_is_as_near_is_meant_rather_than_one_that_only_has_synonyms():
    read_as = reading("lokte", synonyms=[{"terms": ["lokse"], "meanings": ["itsme"]}])

    assert read_as.repairs == {"lokte": "loket"}
    assert stem("itsme") not in wanted(read_as.plan)


def test_what_has_a_synonym_is_not_looked_for_by_its_pieces():
    one_way = [{"terms": ["unauthorized"], "meanings": ["recht"]}]

    assert all(
        term.field != "grams" for group in reading("unauthorized", synonyms=one_way).plan.groups for term in group.terms
    )


def test_a_loop_of_synonyms_turns_once():
    loop = [
        {"terms": ["itsme"], "meanings": ["kaart"]},
        {"terms": ["kaart"], "meanings": ["loket"]},
        {"terms": ["loket"], "meanings": ["itsme"]},
        {"terms": ["itsme", "itsme"]},
    ]

    assert wanted(reading("itsme", synonyms=loop).plan) == {stem("itsme"): 1.0, stem("kaart"): SYNONYM}


@pytest.mark.parametrize("text", ["", " ", "\x00\x01", "()[]{}*+?", "🙂"])
def test_a_query_without_a_word_asks_nothing_in_particular(text):
    assert reading(text).plan.groups == ()


@pytest.mark.parametrize(
    "text",
    ["x" * 10_000, "woord " * 2000, "a AND b OR NOT (c*", "/.*/", "~" * 500, "loket\x00aanmelden", "é́" * 3000,
     " ".join(f"onbekend{number}woord" for number in range(2000))],
)  # fmt: skip
def test_no_query_costs_much(text):
    began = time.process_time()
    plan = reading(text).plan

    assert time.process_time() - began < 0.5
    assert len(plan.groups) + len(plan.lifts) < 3000


def test_a_rijksregisternummer_is_no_part_of_a_question():
    assert not any("85073003328" in token or token == "85" for token in wanted(reading("nummer 85.07.30-033.28").plan))


def test_identifiers_are_asked_for_alone():
    assert exact("waar is AP-7K3M9Q-X").codes == ("AP7K3M9QX",)
    assert exact("aanmelden") is None


def test_without_a_vocabulary_words_are_still_looked_for():
    assert wanted(reading("aanmelden loket", vocabulary=EMPTY).plan) == {stem("aanmelden"): 1.0, stem("loket"): 1.0}
