import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.accounts.organisation_names import (
    digits_of,
    display_name,
    folded,
    is_kbo_number,
    kbo_with_dots,
    ovo_code_of,
)


@pytest.mark.parametrize(
    ("name", "classification", "shown"),
    [
        ("Aalst", "Gemeente", "Aalst (gemeente)"),
        ("Aalst", "OCMW", "OCMW Aalst"),
        ("Borsbeek", "District", "Borsbeek (district)"),
        ("Limburg", "Provincie", "Limburg (provincie)"),
        ("Limburg Sterk Merk", "PEVA provincie", "Limburg Sterk Merk (PEVA provincie)"),
        ("Veneco", "Dienstverlenende vereniging", "Veneco (dienstverlenende vereniging)"),
        ("AGB Aarschot", "Autonoom gemeentebedrijf", "AGB Aarschot"),
        ("Havenbedrijf Antwerpen", "Autonoom gemeentebedrijf", "Havenbedrijf Antwerpen (autonoom gemeentebedrijf)"),
        ("PZ Ninove: Ninove", "Politiezone", "PZ Ninove: Ninove"),
        ("Vlaamse Gemeenschapscommissie", "Vlaamse gemeenschapscommissie", "Vlaamse Gemeenschapscommissie"),
        ("Vlaams Parlement", "Agentschap Binnenlands Bestuur", "Vlaams Parlement"),
    ],
)
def test_the_name_shown_says_what_kind_of_administration_it_is_once(name, classification, shown):
    assert display_name(name, classification) == shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sint-Niklaas", "sint niklaas"),
        ("  HYGIËNE  ", "hygiene"),
        ("AGB Renov'O", "agb renovo"),
        ("A.V. Ziekenhuis", "av ziekenhuis"),
        ("Zwembaden ‘Aquadroom’ en ‘De Haeg’", "zwembaden aquadroom en de haeg"),
        ("AGB@Zemst", "agb zemst"),
        ("PZ Aalst:\u00a0Aalst", "pz aalst aalst"),
        ("%_\x00", ""),
    ],
)
def test_folding_leaves_only_what_names_are_compared_by(text, expected):
    assert folded(text) == expected


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_and_leaves_no_mark_of_the_search_text(text):
    once = folded(text)
    assert folded(once) == once
    assert not set(once) & set("<>[]%_\\\x00")


@pytest.mark.parametrize(
    "text",
    [
        "0207437468",
        "0207.437.468",
        "0207 437 468",
        "BE 0207.437.468",
        "be0207437468",
        "KBO 0207.437.468",
        "KBO-nummer: 0207/437/468",
        " 0207-437-468 ",
    ],
)
def test_a_number_is_read_in_every_way_people_write_it(text):
    assert digits_of(text) == "0207437468"


@pytest.mark.parametrize("text", ["", "Aalst", "BE", "W13", "zone 1", "1 zone", "OVO001992"])
def test_what_holds_more_than_a_number_is_no_number(text):
    assert digits_of(text) is None


def test_an_ovo_code_is_read_in_any_case_and_by_its_beginning():
    assert [ovo_code_of(text) for text in ("OVO001992", "ovo 001992", "Ovo0019", "OVO", "OVO0019921", "Aalst")] == [
        "OVO001992",
        "OVO001992",
        "OVO0019",
        None,
        None,
        None,
    ]


def test_a_kbo_number_checks_itself():
    assert is_kbo_number("0207437468")
    assert is_kbo_number("1010783451")
    assert not is_kbo_number("0207437469")
    assert not is_kbo_number("2165162239"), "the number of an establishment"
    assert not is_kbo_number("020743746")
    assert not is_kbo_number("020743746x")


def test_a_kbo_number_is_shown_with_dots():
    assert kbo_with_dots("0207437468") == "0207.437.468"
