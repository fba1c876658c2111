"""Rijksregisternummers are found by their check digits; other numbers are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.kernel.redaction import MASK, is_national_number, mask_national_numbers


def number_of(birth: str, serial: int, *, from_2000: bool = False) -> str:
    head = f"{birth}{serial:03d}"
    check = 97 - int(("2" if from_2000 else "") + head) % 97
    return f"{head}{check:02d}"


births = st.builds(
    lambda year, month, day, shift: f"{year:02d}{month + shift:02d}{day:02d}",
    st.integers(0, 99),
    st.integers(1, 12),
    st.integers(1, 28),
    st.sampled_from([0, 20, 40]),
)
numbers = st.builds(lambda b, s, c: number_of(b, s, from_2000=c), births, st.integers(1, 997), st.booleans())
formats = st.sampled_from(
    ["{}{}{}{}{}", "{}.{}.{}-{}.{}", "{} {} {} {} {}", "{}.{}.{} {}-{}", "{}/{}/{} {} {}", "{}-{}-{}-{}-{}"]
)


@given(numbers, formats)
def test_every_valid_number_is_masked_in_every_way_people_write_it(number, pattern):
    written = pattern.format(number[:2], number[2:4], number[4:6], number[6:9], number[9:])

    assert mask_national_numbers(f"Mijn nummer is {written}, dank u.") == (f"Mijn nummer is {MASK}, dank u.", 1)


@given(numbers, st.integers(1, 96))
def test_a_number_with_wrong_check_digits_stays(number, shift):
    wrong = number[:9] + f"{(int(number[9:]) + shift - 1) % 97 + 1:02d}"
    if is_national_number(wrong):
        return

    assert mask_national_numbers(wrong) == (wrong, 0)


@pytest.mark.parametrize(
    "text",
    ["0207.437.468", "02 553 40 10", "BE68 5390 0754 7034", "AP-7K3M9Q-X", "2026-11-23 14:05:00", "850730033281234"],
)
def test_company_numbers_telephones_accounts_and_dates_are_no_national_numbers(text):
    assert mask_national_numbers(text) == (text, 0)


@pytest.mark.parametrize("sign", ["\u00ad", "\u200b", "\u2060"], ids=["soft hyphen", "no width", "joiner"])
@given(numbers, st.integers(1, 10))
def test_signs_that_nobody_sees_hide_no_number(sign, number, place):
    written = f"{number[:place]}{sign}{number[place:]}"

    assert mask_national_numbers(f"Mijn nummer is {written}, dank u.") == (f"Mijn nummer is {MASK}, dank u.", 1)


def test_digits_of_full_width_are_digits_too():
    wide = number_of("850730", 33).translate({ord(digit): 0xFF10 + int(digit) for digit in "0123456789"})

    assert mask_national_numbers(wide) == (MASK, 1)


def test_each_number_is_counted():
    one, two = number_of("850730", 33), number_of("010203", 5, from_2000=True)

    assert mask_national_numbers(f"{one}\n{two}") == (f"{MASK}\n{MASK}", 2)


def test_a_long_line_of_digits_takes_no_time():
    text = "1 " * 100_000

    assert mask_national_numbers(text) == (text, 0)
