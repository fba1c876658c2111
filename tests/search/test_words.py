"""One way of writing stands for all."""

import time

import pytest

from helpdesk.search.words import STOP_WORDS, fold, grams, stem, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Eén ENQUÊTE", ["een", "enquete"]),
        ("ﬁnanciën", ["financien"]),
        ("ＡＡＬＳＴ", ["aalst"]),
        ("e-mail E-Loket x-as", ["email", "eloket", "xas"]),
        ("outlook.com-e-mail", ["outlook", "com", "email"]),
        ("an.peeters@aalter.be", ["an.peeters@aalter.be", "an", "peeters", "aalter", "be"]),
        ("KBO 0207.437.468", ["kbo", "0207.437.468", "0207", "437", "468"]),
        ("aanmeldings-/inlogproblemen", ["aanmeldings", "inlogproblemen"]),
        ("fout 403: geen_recht", ["fout", "403", "geen", "recht"]),
        ("a\x00b\x07c", ["a", "b", "c"]),
        ("(((*?+[^]$|{2}", ["2"]),
        ("🙂 👍🏽", []),
        ("", []),
    ],
)
def test_words_are_taken_from_text(text, expected):
    assert list(words(text)) == expected


def test_a_word_has_an_end():
    assert list(words("x" * 10_000)) == ["x" * 64]


@pytest.mark.parametrize(
    "forms",
    [
        ("aanmelden", "aangemeld", "aanmeldt", "aanmelding", "aanmeldingen"),
        ("gebruiker", "gebruikers"),
        ("besluit", "besluiten"),
        ("naam", "namen"),
        ("lijst", "lijsten"),
        ("verzenden", "verzend", "verzendt", "verzond", "verzonden", "verzending", "verzendingen"),
        ("inzenden", "ingezonden", "inzending", "inzendt"),
        ("toezenden", "toegezonden", "toezending"),
        ("verbinden", "verbonden", "verbinding"),
        ("inschrijven", "ingeschreven", "inschrijving"),
        ("aansluiten", "aangesloten", "aansluiting"),
        ("kiezen", "gekozen"),
        ("lid", "leden"),
        ("raadslid", "raadsleden"),
        ("stad", "steden"),
        ("aanmeldprobleem", "aanmeldproblemen"),
        ("bijlage", "bijlagen"),
        ("mailadres", "mailadressen"),
        ("collega", "collegas"),
        ("webpagina", "webpaginas"),
    ],
)
def test_forms_of_a_word_have_one_stem(forms):
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("verzenden", "vers"),
        ("inzending", "ins"),
        ("inzending", "inzendbaar"),
        ("verzonden", "gezond"),
        ("besluit", "besloten"),
        ("sluiten", "sloten"),
        ("verbonden", "bonden"),
        ("aangeboden", "boden"),
        ("verleden", "verlid"),
        ("besteden", "bestad"),
        ("opslagen", "opslage"),
    ],
)
def test_what_only_looks_like_a_form_of_a_word_has_another_stem(one, another):
    assert stem(one) != stem(another)


@pytest.mark.parametrize("code", ["ap7k3m9qx", "44021", "ovo002949", "an.peeters@aalter.be"])
def test_codes_are_not_stemmed(code):
    assert stem(code) == code


def test_pieces_know_where_a_word_begins_and_ends():
    assert grams("eid") == []
    assert grams("itsme") == ["^its", "itsm", "tsme", "sme$"]


def test_folding_is_the_same_twice():
    assert fold(fold("ÉÉN ﬁets")) == fold("ÉÉN ﬁets")


def test_stop_words_are_written_as_words_come():
    assert all([word] == list(words(word)) for word in STOP_WORDS)
    assert {"aan", "hoe", "de"} <= STOP_WORDS
    assert {"zie", "maar", "kan", "wil"} <= STOP_WORDS
    assert STOP_WORDS.isdisjoint({"loket", "recht", "aanmelden", "itsme", "fout"})


@pytest.mark.parametrize("sign", ["a", "a+", "-", ".", "a.", "a@", "@"])
def test_words_take_time_as_the_length_of_the_text(sign):
    began = time.process_time()
    list(words(sign * 50_000))

    assert time.process_time() - began < 1.0
