"""What of a mail folds, and above all what does not: every case shows its folds in its own text."""

import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.mail.reading.folding import Fold, folds_of

# In the files a mail stands under a line "=== name", with ⟦quote:…⟧ and ⟦signature:…⟧ around what is to fold, and
# signs for what cannot be seen: ⇥ is a tab, ⍽ a hard space.
FILES = sorted((Path(__file__).parent / "folding").glob("*.txt"))
_MARK = re.compile(r"⟦(quote|signature):|⟧")


def cases(path):
    for block in path.read_text().split("=== ")[1:]:
        name, _, mail = block.partition("\n")
        yield pytest.param(mail.rstrip("\n").replace("⇥", "\t").replace("⍽", "\xa0"), id=f"{path.stem}: {name}")


def taken_apart(marked):
    """Return the mail without the marks, and the folds that they show."""
    text, folds, kind, start, at = "", [], "", 0, 0
    for match in _MARK.finditer(marked):
        text += marked[at : match.start()]
        at = match.end()
        if match[1]:
            kind, start = match[1], len(text)
        else:
            folds.append(Fold(start=start, end=len(text), kind=kind))
    return text + marked[at:], folds


def with_marks(text, folds):
    for fold in reversed(folds):
        text = f"{text[: fold.start]}⟦{fold.kind}:{text[fold.start : fold.end]}⟧{text[fold.end :]}"
    return text


ALL = [case for path in FILES for case in cases(path)]


def test_there_are_as_many_written_cases_as_we_promise():
    names = [case.id for case in ALL]

    assert len(set(names)) == len(names) >= 130
    assert sum(name.startswith("traps: ") for name in names) >= 20
    assert sum(name.startswith("inline: ") for name in names) >= 10


@pytest.mark.parametrize("marked", ALL)
def test_exactly_what_is_quoted_and_signed_folds(marked):
    text, _ = taken_apart(marked)

    assert with_marks(text, folds_of(text)) == marked


@pytest.mark.parametrize("marked", ALL)
def test_no_word_is_hidden_that_is_not_quoted_or_signed(marked):
    text, expected = taken_apart(marked)
    allowed = {place for fold in expected for place in range(fold.start, fold.end)}

    hidden = {place for fold in folds_of(text) for place in range(fold.start, fold.end) if not text[place].isspace()}

    assert hidden <= allowed


@pytest.mark.parametrize("marked", ALL)
def test_what_folds_and_what_stays_are_together_the_whole_text(marked):
    text, _ = taken_apart(marked)

    edges = [0, *(edge for fold in folds_of(text) for edge in (fold.start, fold.end)), len(text)]

    assert edges == sorted(edges)
    assert "".join(text[start:end] for start, end in pairwise(edges)) == text


@pytest.mark.parametrize("marked", [case for case in ALL if "quote:" in case.values[0]])
def test_windows_line_breaks_change_nothing(marked):
    text, expected = taken_apart(marked)

    found = folds_of(text.replace("\n", "\r\n"))

    assert [fold.kind for fold in found] == [fold.kind for fold in expected]


LINES = st.sampled_from(
    [
        "",
        "> geciteerd",
        ">> dieper",
        ">",
        "Van: An <an@aalter.example>",
        "Verzonden: dinsdag 3 november 2026 14:05",
        "Aan: Jan",
        "Onderwerp: Uw vraag",
        "Op di 3 nov 2026 om 14:05 schreef An <an@aalter.example>:",
        "An schreef:",
        "-----Oorspronkelijk bericht-----",
        "---------- Doorgestuurd bericht ---------",
        "________________________________",
        "--",
        "Met vriendelijke groeten",
        "Jan Smets",
        "T 09 325 22 00",
        "Verstuurd vanaf mijn iPhone",
        "Dit e-mailbericht is uitsluitend bestemd voor de geadresseerde.",
        "Ik kan niet aanmelden in het Loket.",
        "Hoe komt dat?",
    ],
)


@given(st.one_of(st.text(), st.lists(LINES, max_size=14).map("\n".join)))
def test_folds_are_whole_lines_in_order_and_never_everything(text):
    folds = folds_of(text)

    places = [place for fold in folds for place in (fold.start, fold.end)]
    assert places == sorted(places)
    for fold in folds:
        assert 0 <= fold.start < fold.end <= len(text)
        assert text[fold.start - 1 : fold.start] in {"", "\n"}
        assert text[fold.end : fold.end + 1] in {"", "\n"}
    outside = with_marks(text, folds).replace("\n", "").replace(" ", "")
    assert not folds or re.sub("⟦[^⟧]*⟧", "", outside) != ""


@pytest.mark.parametrize(
    "line",
    [
        "\n", " \n", "a\n", ":\n", ">\n", "> a\n", "> a\nb\n", ">", "> ", "a>", "--\n", "___________\n", "?\n", "1.1.",
        "Op ", "Op 3\n", "Op di 3 nov 2026 om 14:05 schreef ik:\n", "Op 3/11/2026 schreef An:\n\n\n", "schreef ",
        "heeft geschreven ", "Van: a\n", "Van: a\nVerzonden: b\n", "Van: a\n\nAan: b\n\nX: c\n", ">>> 3/11/2026 >>>\n",
        "Met vriendelijke groeten\n", "Met vriendelijke groeten\nAn\n\n", "Verstuurd vanaf mijn iPhone\n",
        "Dit bericht is uitsluitend bestemd voor\n", "Bezoek ons op x\n", "an@a ", "3/11/2026 14:05 ", "https://", "<",
        ":",
        "----- Doorgestuurd bericht\n", "De inhoud van\n", "\xa0", "--- An schreef ---\n", "Datum: 3/11/2026 14:05\n",
        "Iemand schreef mij iets op 3/11/2026 om 14:05, zo zegt an@a:\n", "3 mails van 14:05 aan an@a gaan over dit:\n",
    ],
)  # fmt: skip
def test_no_text_takes_long(line):
    text = line * (200_000 // len(line))

    begun = time.process_time()
    folds_of(text)
    folds_of(text.replace("\n", "\n\n")[:20_000])
    assert time.process_time() - begun < 1
