"""What the corpus knows of a word."""

import random
import string
import time

import pytest

from helpdesk.search.vocabulary import EVERYDAY, Vocabulary, WordCount


def knowing(**counts):
    return Vocabulary(everything=counts, public=counts)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("gebruikersrecht", ("gebruiker", "recht")),
        ("gemeenteraadsbesluit", ("gemeenteraad", "besluit")),
        ("aanmeldprobleem", ("aanmeld", "probleem")),
        ("besluitenlijst", ("besluit", "lijst")),
        ("kerkfabriek", ("kerk", "fabriek")),
        ("toezichtsdossierlijst", ("toezicht", "dossier", "lijst")),
    ],
)
def test_compounds_come_apart_at_their_joints(word, parts):
    known = knowing(
        gebruiker=9, recht=9, gemeenteraad=4, gemeente=9, raad=9, besluit=9, aanmeld=3, probleem=5, lijst=4,
        kerk=3, fabriek=2, toezicht=7, dossier=5,
    )  # fmt: skip

    assert known.parts(word) == parts


def test_the_commonest_of_two_ways_is_taken():
    known = knowing(raad=3, raads=1, lid=9, slid=1)

    assert known.parts("raadslid") == ("raad", "lid")


@pytest.mark.parametrize("word", ["recht", "rechts", "onbekendewoord", "aanmelden", "a1b2c3d4", "x" * 64])
def test_what_is_no_compound_stays_whole(word):
    assert knowing(recht=5, melden=5, aan=5).parts(word) == ()


def test_a_common_word_is_no_compound_of_rare_ones():
    assert knowing(bestand=200, best=2, stand=2).parts("bestand") == ()


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("beleid", ("bel", "eid")),
        ("statussen", ("sta", "tussen")),
        ("veranderde", ("vera", "derde")),
        ("verkeer", ("ver", "keer")),
        ("gebruikers", ("gebruik", "ers")),
        ("mappen", ("map", "pen")),
    ],
)
def test_beginnings_endings_and_names_are_no_parts(word, parts):
    assert knowing(**dict.fromkeys(parts, 5)).parts(word) == ()


@pytest.mark.parametrize(
    ("word", "parts"),
    [("raadslid", ("raad", "lid")), ("kbonummer", ("kbo", "nummer")), ("lpdcfiche", ("lpdc", "fiche"))],
)
def test_short_nouns_and_abbreviations_are_parts(word, parts):
    assert knowing(**dict.fromkeys(parts, 5)).parts(word) == parts


def test_a_misspelt_word_is_read_as_the_nearest_the_commonest_first():
    known = knowing(beheerder=9, beheerders=2, beheer=5, loket=3)

    assert known.repairs("beheeder") == [("beheerder", 1)]
    assert known.repairs("beehrder") == [("beheerder", 2)]
    assert known.repairs("lokte") == [("loket", 1)]


@pytest.mark.parametrize("word", ["and", "ab", "xqzwvk", "44022", "insturen"])
def test_what_has_no_neighbour_is_left_alone(word):
    assert knowing(hand=9, besturen=9, rand=3).repairs(word) == []


def test_short_words_may_differ_by_one_letter_only():
    assert knowing(loket=1).repairs("lkoet") == [("loket", 1)]
    assert knowing(loket=1).repairs("lokk") == []


def test_words_that_not_everybody_may_read_are_never_offered():
    known = Vocabulary(everything={"janssens": 5, "jansen": 1}, public={"jansen": 1})

    assert known.repairs("janssen") == [("jansen", 1)]
    assert known.has("janssens")
    assert not known.shows("janssens")


def test_of_tickets_only_the_words_that_many_have_are_learned():
    count = WordCount()
    for number in range(EVERYDAY):
        count.add(["loket", "janssens"] if number else ["loket"], is_public=False)
    count.add(["gemeente"], is_public=True)

    known = count.vocabulary()

    assert known.everything == {"loket": EVERYDAY, "gemeente": 1}
    assert known.public == {"gemeente": 1}


def test_strangers_words_fill_no_memory():
    known = knowing(recht=5, gebruiker=5)

    for number in range(100):
        known.parts(f"vreemdwoord{'x' * number}"[:60])

    assert known._parts == {}


def test_a_hundred_thousand_words_are_looked_through_in_time():
    letters = random.Random(1)  # noqa: S311 - the same words each time
    many = {"".join(letters.choices(string.ascii_lowercase, k=letters.randint(5, 14))): 1 for _ in range(100_000)}
    known = Vocabulary(everything=many, public=many)
    known.repairs("vergadering")

    began = time.process_time()
    for word in ("vergadreing", "besluitenlijts", "gemeentraad"):
        known.repairs(word)
        known.parts(word)

    assert time.process_time() - began < 1.5
