"""Where the words stand, without anything that a browser would run."""

import re
import time

import pytest

from helpdesk.search.snippets import LENGTH, Marker
from helpdesk.search.words import stem


def marker(*words):
    return Marker(frozenset(map(stem, words)))


def test_forms_of_a_word_are_marked():
    assert marker("aanmelden").snippet("U bent aangemeld. Meld u aan.") == "U bent <mark>aangemeld</mark>. Meld u aan."


def test_the_piece_with_most_of_the_words_is_shown():
    text = "loket " + "woord " * 200 + "Het loket vraagt uw identiteitskaart." + " einde" * 200

    shown = marker("loket", "identiteitskaart").snippet(text)

    assert "<mark>loket</mark> vraagt uw <mark>identiteitskaart</mark>" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")


@pytest.mark.parametrize("stop", [".", "…", "...", "….", ",", ":", ". …"])
def test_what_is_cut_off_ends_in_one_ellipsis(stop):
    sentence = "x" * (LENGTH - len(stop)) + stop

    assert marker("loket").snippet(f"{sentence} Nog een zin.") == "x" * (LENGTH - len(stop)) + "…"
    assert marker("loket").snippet(sentence) == sentence


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> loket",
        "loket <img src=x onerror=y>",
        "\"loket\" & 'co'",
        "<mark>loket",
        "&lt;loket&gt;",
    ],
)
def test_nothing_but_marks_is_left_of_markup(text):
    shown = marker("loket").snippet(text)

    assert "<mark>loket</mark>" in shown
    assert re.search(r"<(?!/?mark>)", shown) is None
    assert re.search(r"&(?!amp;|lt;|gt;|quot;|#x27;)", shown) is None


@pytest.mark.parametrize("text", ["", " ", "\x00", "x" * 50_000, "é" * 300])
def test_any_text_gives_something_short(text):
    assert len(marker("loket").snippet(text)) <= 260


def test_accents_do_not_hide_a_word():
    assert marker("enquete").snippet("Een enquête") == "Een <mark>enquête</mark>"


def test_twenty_long_texts_are_shown_in_time():
    text = "Een gewone zin over het loket en zijn gebruikers. " * 2000
    began = time.process_time()
    for _ in range(20):
        marker("gebruiker").snippet(text)

    assert time.process_time() - began < 1.0
