import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.models import Organisation
from helpdesk.accounts.organisations import LONGEST_QUERY, find, matching, named, with_nis_code

pytestmark = [pytest.mark.usefixtures("administrations"), pytest.mark.engines]

AALST = "http://data.lblod.info/id/bestuurseenheden/974816591f269bb7d74aa1720922651529f3d3b2a787f5c60b73e5a0384950a4"


def shown(text, limit=10):
    return [organisation.display_name for organisation in find(text, limit)]


@pytest.mark.parametrize(
    "text",
    [
        "0207.437.468",
        "0207437468",
        "BE 0207 437 468",
        "207437468",
        "0207.437.46",
        "OVO001992",
        "ovo001992",
        AALST,
        "gemeente Aalst",
        "stadsbestuur aalst",
        f"  {AALST}  ",
    ],
)
def test_a_municipality_is_found_by_number_code_and_address(text):
    assert shown(text)[0] == "Aalst (gemeente)"
    assert find(text)[0].uri == AALST


def test_the_exact_name_comes_before_what_begins_with_it_and_the_municipality_before_its_ocmw():
    assert shown("aalst") == [
        "Aalst (gemeente)",
        "OCMW Aalst",
        "PZ Aalst: Aalst",
        "Wijk-werken Aalst-Lede (projectvereniging)",
        "AGSA - Stadsontwikkeling Aalst (autonoom gemeentebedrijf)",
    ]
    assert shown("aal", 4) == ["Aalst (gemeente)", "Aalter (gemeente)", "OCMW Aalst", "OCMW Aalter"]
    assert shown("Antwerpen", 4) == [
        "Antwerpen (gemeente)",
        "OCMW Antwerpen",
        "Antwerpen (district)",
        "Antwerpen (provincie)",
    ]


def test_words_may_come_in_any_order_without_accents_and_by_their_beginning():
    assert shown("niklaas sint", 2) == ["Sint-Niklaas (gemeente)", "OCMW Sint-Niklaas"]
    assert shown("hygiene") == ["Provinciaal Instituut voor Hygiëne (autonoom provinciebedrijf)"]
    assert shown("HYGIËNE") == shown("hygiene")
    assert shown("ocmw aals") == ["OCMW Aalst"]
    assert shown("politie aalst") == ["PZ Aalst: Aalst"]
    assert shown("ruibek", 2) == ["Beveren-Kruibeke-Zwijndrecht (gemeente)", "OCMW Beveren-Kruibeke-Zwijndrecht"]


def test_a_former_name_finds_what_bears_another_name_now():
    assert shown("Tongeren", 2) == ["Tongeren-Borgloon (gemeente)", "OCMW Tongeren-Borgloon"]
    assert shown("Ham", 2) == ["Tessenderlo-Ham (gemeente)", "OCMW Tessenderlo-Ham"]


def test_a_dissolved_municipality_is_found_after_what_is_valid_with_its_successor():
    assert shown("Borsbeek", 5) == [
        "Borsbeek (district)",
        "Antwerpen (gemeente)",
        "OCMW Antwerpen",
        "Borsbeek (gemeente)",
        "OCMW Borsbeek",
    ]
    dissolved = next(found for found in find("Borsbeek") if found.nis_code == "11007")
    assert [successor.display_name for successor in dissolved.successors.all()] == ["Antwerpen (gemeente)"]


@pytest.mark.parametrize(
    ("nis_code", "both"),
    [
        ("46029", ["Lokeren (gemeente)", "OCMW Lokeren"]),
        ("46014", ["Lokeren (gemeente)", "OCMW Lokeren"]),
        ("73083", ["Tongeren-Borgloon (gemeente)", "OCMW Tongeren-Borgloon"]),
        ("11007", ["Borsbeek (gemeente)", "OCMW Borsbeek"]),
        ("11002", ["Antwerpen (gemeente)", "OCMW Antwerpen"]),
    ],
)
def test_a_nis_code_old_or_new_finds_the_municipality_and_its_ocmw(nis_code, both):
    assert shown(nis_code) == both
    assert sorted(found.display_name for found in with_nis_code(nis_code)) == sorted(both)


def test_every_nis_code_there_is_or_was_finds_exactly_two():
    codes = set(Organisation.objects.exclude(nis_code="").values_list("names__nis_code", flat=True))
    assert len(codes) == 285 + 19 + 8
    assert {code: len(with_nis_code(code)) for code in codes} == dict.fromkeys(codes, 2)
    assert list(with_nis_code("")) == []
    assert list(with_nis_code("99999")) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "xyzzy",
        "%",
        "_",
        "\x00",
        "aalst xyzzy",
        "http://",
        "urn:nobody",
        "OVO999999",
        "9999.999.999",
        "x" * 251,
    ],
)
def test_what_nobody_is_called_finds_nothing(text):
    assert find(text) == []
    assert named(text) is None


def test_hostile_text_finds_nothing_quickly():
    started = time.process_time()
    assert find("a" * 10_000_000) == []
    assert named("a" * 10_000_000) is None
    assert find("a " * (LONGEST_QUERY // 2))[:1] != []
    assert find("\ud800\u202e'\"--;") == []
    assert time.process_time() - started < 2


def test_no_more_come_than_asked_for():
    assert len(find("a")) == 10
    assert len(find("a", limit=3)) == 3
    assert matching("a").count() == 625


@pytest.mark.parametrize("text", ["Borsbeek", "xyzzy", "0207.437.468", "a"])
def test_finding_takes_one_query_and_one_for_successors(text):
    with CaptureQueriesContext(connection) as queries:
        for found in find(text):
            list(found.successors.all())
    assert len(queries) == (1 if text == "xyzzy" else 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0207.437.468", "Aalst (gemeente)"),
        ("207 437 468", "Aalst (gemeente)"),
        ("ovo002601", "OCMW Aalst"),
        (AALST, "Aalst (gemeente)"),
        ("OCMW Aalst", "OCMW Aalst"),
        ("aalst (GEMEENTE)", "Aalst (gemeente)"),
        ("Hoboken", "Hoboken (district)"),
        ("Borsbeek (gemeente)", "Borsbeek (gemeente)"),
        ("urn:aanspreekpunt:bestuur:ocmw:11007", "OCMW Borsbeek"),
    ],
)
def test_a_number_or_a_full_name_names_one_administration(text, expected):
    assert str(named(text)) == expected


@pytest.mark.parametrize("text", ["Aalst", "aals", "41002", "0207.437.46", "OVO0019", "AGB De Kouter", "9300"])
def test_what_could_be_several_names_none(text):
    assert find(text) != []
    assert named(text) is None


def test_naming_takes_one_query():
    for text in ("0207.437.468", "OCMW Aalst", "xyzzy"):
        with CaptureQueriesContext(connection) as queries:
            named(text)
        assert len(queries) == 1


def test_every_administration_is_named_by_its_own_full_name():
    twins = {"AGB De Kouter", "Privé Domein Putte (autonoom gemeentebedrijf)"}
    for organisation in Organisation.objects.all()[::13]:
        expected = None if organisation.display_name in twins else organisation
        assert named(organisation.display_name) == expected
