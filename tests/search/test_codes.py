"""Identifiers, however they are typed."""

import pytest

from helpdesk.search.codes import codes_in, normal_code


@pytest.mark.parametrize(
    "typed",
    ["AP-7K3M9Q-X", "ap-7k3m9q-x", "AP 7K3M9Q X", "ap7k3m9qx", " AP-7K3M9Q-X ", "vraag AP-7K3M9Q-X graag"],
)
def test_a_reference_in_any_case_and_spacing(typed):
    assert codes_in(typed) == (normal_code("AP-7K3M9Q-X"),)


def test_what_is_misheard_is_the_same_reference():
    assert codes_in("AP-7KO1LI-X") == (normal_code("AP-7K0111-X"),)


@pytest.mark.parametrize("typed", ["AP-7K3M9Q", "ap 7k3m9q", "AP7K3M9Q", "7K3M9Q", " 7k3m9q "])
def test_what_somebody_remembers_of_a_reference_when_it_is_all_that_is_asked(typed):
    assert codes_in(typed) == ("7K3M9Q",)
    assert codes_in(f"vraag {typed} graag") == ()


@pytest.mark.parametrize("typed", ["0207.437.468", "0207437468", "BE 0207.437.468", "BE0207437468", "0207 437 468"])
def test_a_kbo_number_in_any_dotting(typed):
    assert codes_in(typed) == ("0207437468",) == (normal_code("0207.437.468"),)


@pytest.mark.parametrize("typed", ["OVO002949", "ovo 002949", "de code is OVO002949."])
def test_an_ovo_code(typed):
    assert codes_in(typed) == ("OVO002949",)


def test_a_nis_code_when_it_is_all_that_is_asked():
    assert codes_in("44021") == ("44021",)
    assert codes_in("fout 44021 bij aanmelden") == ()


def test_an_address():
    uri = "http://data.lblod.info/id/bestuurseenheden/ab12"

    assert codes_in(f" {uri} ") == (uri,) == (normal_code(uri),)


@pytest.mark.parametrize(
    "typed",
    [
        "apparaten werken niet",
        "aanmelden",
        "server",
        "apparaat",
        "",
        "AP-",
        "02 553 40 10",
        "bel 0470 12 34 56",
        "1.2.3",
        "x" * 1000,
        "\x00",
    ],
)
def test_words_are_no_identifiers(typed):
    assert codes_in(typed) == ()
