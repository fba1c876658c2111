import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.tickets.reference import ALPHABET, check_character, new_reference, parse_reference

bodies = st.text(ALPHABET, min_size=6, max_size=6)


def whole(body: str) -> str:
    return f"AP-{body}-{check_character(body)}"


def test_a_new_reference_can_be_read_back():
    reference = new_reference()

    assert parse_reference(reference) == reference


@given(bodies)
def test_case_spacing_and_look_alikes_do_not_matter(body):
    reference = whole(body)
    spoken = reference.lower().replace("-", " ").replace("0", "o").replace("1", "l")

    assert parse_reference(spoken) == reference
    assert parse_reference(reference.removeprefix("AP-")) == reference


@given(bodies, st.integers(0, 5), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(body, position, other):
    wrong = body[:position] + other + body[position + 1 :]
    if wrong == body:
        return

    assert parse_reference(f"AP-{wrong}-{check_character(body)}") is None


@pytest.mark.parametrize("text", ["", "AP-", "AP-12345-6", "hallo", "AP-UUUUUU-U", "AP-" + "0" * 5000])
def test_what_cannot_be_a_reference_is_none(text):
    assert parse_reference(text) is None
