"""What agents type, taken apart and put together again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.tickets.filtering.filters import KEYS
from helpdesk.tickets.filtering.language import Typed, parse, written


@pytest.mark.parametrize(
    ("text", "words", "filters"),
    [
        ("", "", {}),
        ("  kan niet   aanmelden ", "kan niet aanmelden", {}),
        (
            "status:open org:aalst toepassing:loket",
            "",
            {"status": ("open",), "bestuur": ("aalst",), "toepassing": ("loket",)},
        ),
        ("itsme Status:nieuw,open fout", "itsme fout", {"status": ("nieuw", "open")}),
        ('bestuur:"Aalst (gemeente)",gent', "", {"bestuur": ("Aalst (gemeente)", "gent")}),
        ("status:open status:nieuw status:open", "", {"status": ("open", "nieuw")}),
        ("https://loket.lokaalbestuur.vlaanderen.be", "https://loket.lokaalbestuur.vlaanderen.be", {}),
        ("Fout:403 status: open", "Fout:403 status: open", {}),
        (
            "-status:open kaartlezer -ORG:aalst,gent",
            "kaartlezer",
            {"-status": ("open",), "-bestuur": ("aalst", "gent")},
        ),
        ("status:open -status:nieuw", "", {"status": ("open",), "-status": ("nieuw",)}),
        ('-bestuur:"Aalst (gemeente)"', "", {"-bestuur": ("Aalst (gemeente)",)}),
        ('status:"" bestuur:"half', 'bestuur:"half', {}),
        ("status:,", "status:,", {}),
    ],
)
def test_filters_are_told_from_words(text, words, filters):
    assert parse(text, KEYS) == Typed(words, filters)


@pytest.mark.parametrize(
    "text",
    [
        "-5 graden",
        "e-mail",
        "loket - login",
        "-loket",
        "--status:open",
        "e-status:open",
        "-http://loket.example",
        "-fout:403",
        "-status:",
        "niet-status:open",
        "– status",
        "de -status- van mijn dossier",
    ],
)
def test_a_hyphen_alone_leaves_nothing_out(text):
    assert parse(text, KEYS) == Typed(text)


@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from(["-", "--", " ", "status:", "-org:", "open", '"', ",", "kaart lezer", ":", "-x:y"]), max_size=12
    ).map("".join)
)
def test_whatever_is_typed_says_the_same_when_it_is_written_again(text):
    typed = parse(text, KEYS)

    assert parse(written(typed), KEYS) == typed


@pytest.mark.parametrize("key", ["bestuur", "-bestuur"])
@given(
    values=st.lists(st.sampled_from(["open", "Aalst (gemeente)", "a,b", "toegang.geen_recht"]), min_size=1, unique=True)
)
def test_clicking_filters_gives_the_text_that_typing_them_gives(key, values):
    typed = Typed("itsme")
    for value in values:
        typed = typed.with_value(key, value)

    assert parse(written(typed), KEYS) == typed
    for value in values:
        typed = typed.without_value(key, value)
    assert typed == Typed("itsme")


def test_a_text_without_end_is_cut_off():
    assert len(parse("x" * 100_000, KEYS).words) == 500
