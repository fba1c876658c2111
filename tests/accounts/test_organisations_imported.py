import json
import time
from collections import Counter
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.actors import System, Visitor
from helpdesk.accounts.models import Organisation, OrganisationLineage, OrganisationName
from helpdesk.accounts.organisation_data import shipped_administrations
from helpdesk.accounts.organisation_import import import_organisations
from helpdesk.accounts.organisations import find, meant_by, with_predecessors
from helpdesk.kernel.policy import RefusedError

pytestmark = [pytest.mark.usefixtures("administrations"), pytest.mark.engines]

LAST_DAY, FIRST_DAY = date(2024, 12, 31), date(2025, 1, 1)


def again(administrations=None):
    return import_organisations(actor=System(), administrations=administrations)


def the(name, classification="Gemeente"):
    return Organisation.objects.get(name=name, classification=classification)


def changed(**values):
    """The shipped data, in which Aalst has other values."""
    return [
        replace(each, **values) if (each.name, each.classification) == ("Aalst", "Gemeente") else each
        for each in shipped_administrations()
    ]


def test_all_administrations_and_all_predecessors_are_here():
    assert Organisation.objects.filter(valid_until=None).count() == 1170
    assert Organisation.objects.exclude(valid_until=None).count() == 38
    counted = Counter(Organisation.objects.values_list("classification", "valid_until"))
    assert counted == {
        ("Gemeente", None): 285,
        ("OCMW", None): 285,
        ("Gemeente", LAST_DAY): 19,
        ("OCMW", LAST_DAY): 19,
        ("Autonoom gemeentebedrijf", None): 171,
        ("Politiezone", None): 104,
        ("Projectvereniging", None): 71,
        ("Welzijnsvereniging", None): 58,
        ("Opdrachthoudende vereniging", None): 54,
        ("PEVA gemeente", None): 35,
        ("Dienstverlenende vereniging", None): 25,
        ("Autonoom provinciebedrijf", None): 20,
        ("Hulpverleningszone", None): 20,
        ("Autonome verzorgingsinstelling", None): 13,
        ("District", None): 10,
        ("PEVA provincie", None): 9,
        ("Provincie", None): 5,
        ("Agentschap Binnenlands Bestuur", None): 3,
        ("Opdrachthoudende vereniging met private deelname", None): 1,
        ("Vlaamse gemeenschapscommissie", None): 1,
    }


def test_municipalities_lie_in_their_provinces():
    counted = Counter(
        Organisation.objects.filter(classification="Gemeente", valid_until=None).values_list("province", flat=True)
    )
    assert counted == {
        "Antwerpen": 67,
        "Vlaams-Brabant": 63,
        "West-Vlaanderen": 62,
        "Oost-Vlaanderen": 55,
        "Limburg": 38,
    }


def test_a_dissolved_administration_has_a_name_and_a_nis_code_and_nothing_that_was_guessed():
    borsbeek = the("Borsbeek")
    assert borsbeek.uri == "urn:aanspreekpunt:bestuur:gemeente:11007"
    assert (borsbeek.nis_code, borsbeek.valid_from, borsbeek.valid_until) == ("11007", None, LAST_DAY)
    assert (borsbeek.kbo_number, borsbeek.ovo_code, borsbeek.province, borsbeek.postcode) == (None, None, "", "")
    assert list(borsbeek.successors.all()) == [the("Antwerpen")]
    assert list(the("Borsbeek", "OCMW").successors.all()) == [the("Antwerpen", "OCMW")]


def test_every_dissolved_administration_has_one_valid_successor_of_its_own_kind():
    dissolved = Organisation.objects.exclude(valid_until=None).prefetch_related("successors")
    for organisation in dissolved:
        [successor] = organisation.successors.all()
        assert successor.classification == organisation.classification
        assert successor.valid_until is None
        assert successor.valid_from in (None, FIRST_DAY)


def test_an_entity_that_goes_on_has_dated_names_instead_of_a_second_row():
    names = (
        the("Tongeren-Borgloon")
        .names.order_by("valid_until")
        .values_list("name", "nis_code", "valid_from", "valid_until")
    )
    assert sorted(names, key=str) == [
        ("Tongeren", "73083", None, LAST_DAY),
        ("Tongeren-Borgloon", "73111", FIRST_DAY, None),
    ]
    assert not Organisation.objects.filter(name="Tongeren").exists()
    assert the("Antwerpen").names.count() == 1, "neither its name nor its code changed"
    assert OrganisationName.objects.count() == 1170 + 38 + 2 * 8


def test_only_the_four_new_municipalities_and_their_ocmws_begin_in_2025():
    new = Organisation.objects.filter(valid_from=FIRST_DAY)
    assert Counter(new.values_list("name", flat=True)) == {
        "Beveren-Kruibeke-Zwijndrecht": 2,
        "Merelbeke-Melle": 2,
        "Nazareth-De Pinte": 2,
        "Pajottegem": 2,
    }
    assert not Organisation.objects.exclude(valid_from=FIRST_DAY).exclude(valid_from=None).exists()


def ancestors_of(organisation):
    return set(OrganisationLineage.objects.filter(organisation=organisation).values_list("ancestor", flat=True))


def test_what_belonged_to_the_old_municipalities_is_the_business_of_the_merged_one():
    old = {the(name).pk for name in ("Galmaarden", "Gooik", "Herne")}
    assert ancestors_of(the("Pajottegem")) == old
    assert ancestors_of(the("Pajottegem", "OCMW")).isdisjoint(old)
    assert OrganisationLineage.objects.count() == 38
    assert set(with_predecessors(all_called("Pajottegem")).values_list("pk", flat=True)) == {
        *all_called("Pajottegem").values_list("pk", flat=True),
        *all_called("Galmaarden").values_list("pk", flat=True),
        *all_called("Gooik").values_list("pk", flat=True),
        *all_called("Herne").values_list("pk", flat=True),
    }
    assert [each.name for each in with_predecessors(all_called("Gooik").filter(classification="Gemeente"))] == ["Gooik"]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("kruibeke", ["Kruibeke", "Kruibeke"]),
        ("Kruibeke (gemeente)", ["Kruibeke"]),
        ("beveren", ["Beveren", "Beveren"]),
        ("Beveren-Kruibeke-Zwijndrecht", ["Beveren-Kruibeke-Zwijndrecht"] * 2),
        ("moerbeke", ["Moerbeke", "Moerbeke"]),
        ("ocmw pajottegem", ["Pajottegem"]),
    ],
)
def test_a_list_is_narrowed_down_to_an_old_municipality_without_what_came_after_it(typed, names):
    found = [each for each in meant_by(typed, 50) if each.classification in ("Gemeente", "OCMW")]

    assert sorted(each.name for each in found) == names


def test_a_part_of_a_name_means_all_that_have_it():
    assert {"Aalst", "Aalter"} <= {each.name for each in meant_by("aal", 50)}


def all_called(name):
    return Organisation.objects.filter(name=name)


def test_a_merger_of_a_merged_municipality_hands_on_everything():
    both = Organisation.objects.create(uri="urn:test:later", name="Later", classification="Gemeente")
    the("Pajottegem").successors.add(both)
    again(changed(postcode="9301"))
    old = {the(name).pk for name in ("Galmaarden", "Gooik", "Herne", "Pajottegem")}
    assert ancestors_of(both) == old


def test_what_the_data_lacks_is_said_and_not_made_up():
    report = again()
    assert (report.current, report.dissolved) == (1170, 38)
    assert (report.without_kbo_number, report.without_ovo_code) == (17, 509)
    assert Organisation.objects.filter(valid_until=None, kbo_number=None).count() == 17
    assert Organisation.objects.filter(valid_until=None, ovo_code=None).count() == 509
    assert report.nameless == ("(naam onbekend) 0680.397.589",)
    assert report.doubtful_kbo_numbers == ("2165162239 Borsbeek", "0680397589 (naam onbekend) 0680.397.589")


def test_the_nameless_administration_can_be_found_and_recognised():
    nameless = Organisation.objects.get(kbo_number="0680397589")
    assert nameless.display_name == "(naam onbekend) 0680.397.589 (projectvereniging)"
    assert find("naam onbekend") == [nameless]
    assert find("0680.397.589") == [nameless]


def test_names_are_those_of_the_source_but_for_invisible_spaces():
    assert the("AGB Pelt", "Autonoom gemeentebedrijf").legal_name == "AGB Pelt"
    assert the("PZ Berlare/Zele: Berlare en Zele", "Politiezone").display_name == "PZ Berlare/Zele: Berlare en Zele"


def test_a_second_import_writes_nothing():
    history = Organisation.history.count()
    with CaptureQueriesContext(connection) as queries:
        report = again()
    assert (report.created, report.updated, report.unchanged) == (0, 0, 1208)
    assert [query["sql"].split()[0] for query in queries if "SAVEPOINT" not in query["sql"]] == ["SELECT"]
    assert Organisation.history.count() == history == 1208


def test_a_change_in_the_data_reaches_its_row_with_history():
    report = again(changed(postcode="9301", kbo_number="0207437567"))
    assert (report.created, report.updated, report.unchanged) == (0, 1, 1207)
    aalst = the("Aalst")
    assert (aalst.postcode, aalst.kbo_number) == ("9301", "0207437567")
    assert find("0207.437.567") == [aalst]
    assert list(aalst.history.values_list("history_type", "history_user_id", "history_change_reason")) == [
        ("~", "system", "import_organisations"),
        ("+", "system", "import_organisations"),
    ]
    assert again(changed(postcode="9301", kbo_number="0207437567")).updated == 0


def test_a_name_the_data_replaces_stays_findable():
    aalst = the("Aalst")
    [name] = (each.names for each in shipped_administrations() if each.uri == aalst.uri)
    again(changed(name="Groot-Aalst", names=(replace(name[0], name="Groot-Aalst"),)))
    aalst.refresh_from_db()
    assert aalst.display_name == "Groot-Aalst (gemeente)"
    assert find("aalst", 2) == [the("Aalst", "OCMW"), aalst]
    assert set(aalst.names.values_list("name", flat=True)) == {"Aalst", "Groot-Aalst"}
    assert aalst.names.get(name="Aalst").valid_until is not None


def test_what_somebody_corrected_survives_an_import_that_brings_nothing_new():
    aalst = the("Aalst")
    aalst.postcode = "9308"
    aalst.save()
    assert again().updated == 0
    aalst.refresh_from_db()
    assert aalst.postcode == "9308"


def test_nothing_is_ever_deleted():
    extra = Organisation.objects.create(uri="urn:test:extra", name="Watering De Test", classification="Watering")
    report = again(shipped_administrations()[1:])
    assert report.not_in_the_data == 2
    assert Organisation.objects.count() == 1209
    assert Organisation.objects.filter(pk=extra.pk).exists()


def test_a_missing_row_comes_back():
    the("Kraainem").delete()
    report = again()
    assert (report.created, report.updated) == (1, 0)
    assert find("Kraainem")[0] == the("Kraainem")


def test_nobody_at_the_door_may_import():
    with pytest.raises(RefusedError):
        import_organisations(actor=Visitor())


def test_the_command_prints_counts_as_json_and_sentences_beside_it():
    out, err = StringIO(), StringIO()
    call_command("import_organisations", "--json", stdout=out, stderr=err)
    assert json.loads(out.getvalue()) == {
        "current": 1170,
        "dissolved": 38,
        "created": 0,
        "updated": 0,
        "unchanged": 1208,
        "not_in_the_data": 0,
        "nameless": ["(naam onbekend) 0680.397.589"],
        "without_kbo_number": 17,
        "without_ovo_code": 509,
        "doubtful_kbo_numbers": ["2165162239 Borsbeek", "0680397589 (naam onbekend) 0680.397.589"],
    }
    assert err.getvalue().splitlines() == [
        "1170 administrations and 38 dissolved predecessors in the data.",
        "Nothing to do: all of it is here already.",
        "The data lacks the KBO number of 17 and the OVO code of 509.",
        "Without a name in the data: (naam onbekend) 0680.397.589.",
        "Not a valid KBO number: 2165162239 Borsbeek; 0680397589 (naam onbekend) 0680.397.589.",
    ]


def test_an_import_is_quick_and_a_second_one_quicker():
    started = time.process_time()
    again()
    assert time.process_time() - started < 0.5
    Organisation.objects.all().delete()
    started = time.process_time()
    assert again().created == 1208
    assert time.process_time() - started < 3
