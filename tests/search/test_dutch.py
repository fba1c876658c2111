"""What is a word of Dutch."""

import subprocess
import sys
from itertools import pairwise

import pytest

from helpdesk.search import dutch
from helpdesk.search.dutch import is_dutch

# What the list may cost each process: memory, and time when the first word is looked up.
MOST_BYTES = 3_000_000
LONGEST_MS = 50


@pytest.mark.parametrize(
    "word",
    ["internet", "raar", "vliegt", "liggen", "pastoor", "coordinator", "aaide", "vlaams", "brusselse", "europese"],
)
def test_words_are_known_though_they_stand_in_no_document(word):
    assert is_dutch(word)


@pytest.mark.parametrize(
    "word",
    [
        "",
        "kan",
        "concpet",
        "beheeder",
        "internt",
        "raa",
        "zzzz",
        "aaaa",
        "antwerpen",
        "peeters",
        "verzekeringsmaatschappij",
    ],
)
def test_slips_names_and_what_is_too_short_or_too_long_are_not(word):
    assert not is_dutch(word)


def test_the_list_is_in_order_because_it_is_searched_by_halves():
    words = dutch._words().split(b"\n")[1:-1]

    assert len(words) > 180_000
    assert all(first < second for first, second in pairwise(words))


def test_the_list_costs_a_process_little():
    code = (
        "import time; from helpdesk.search import dutch; began = time.process_time(); dutch.is_dutch('raar');"
        "print((time.process_time() - began) * 1000, len(dutch._words()))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    taken, size = map(float, told.stdout.split())

    assert size < MOST_BYTES
    assert taken < LONGEST_MS
