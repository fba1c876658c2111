"""Administrations and applications, for everybody."""

from datetime import date

import pytest

from helpdesk.accounts.models import OrganisationName
from helpdesk.catalogue.models import Application
from tests import factories
from tests.integrations.api.problems import pointers


def items(answer):
    assert answer.status_code == 200, answer.content
    assert set(answer.json()) == {"items", "next"}
    return answer.json()["items"]


def test_an_administration_tells_its_numbers_and_its_successors(town):
    town.aalter.nis_code = "44084"
    town.aalter.save()
    old = factories.organisation("Knesselare", nis_code="44029", valid_until=date(2018, 12, 31))
    old.successors.add(town.aalter)
    for organisation in (town.aalter, old):
        OrganisationName.objects.create(
            organisation=organisation, name=organisation.name, nis_code=organisation.nis_code
        )

    [shown] = items(town.anonymous.get("/organisations?nis=44084"))
    [dissolved] = items(town.anonymous.get("/organisations?nis=44029"))

    assert shown == {
        "uri": town.aalter.uri,
        "name": "Aalter",
        "classification": "Gemeente",
        "kbo_number": "0207437468",
        "ovo_code": "OVO001234",
        "nis_code": "44084",
        "valid_from": None,
        "valid_until": None,
        "successors": [],
    }
    assert (dissolved["valid_until"], dissolved["successors"]) == ("2018-12-31", [town.aalter.uri])
    assert (dissolved["kbo_number"], dissolved["ovo_code"]) == (None, None)
    assert items(town.anonymous.get("/organisations?nis=99999")) == []


@pytest.mark.parametrize("query", ["q=http%3A//data.lblod.info/id/bestuurseenheden/aalter", "q=OVO001234"])
def test_an_administration_is_found_by_what_one_knows(town, query):
    assert [one["name"] for one in items(town.anonymous.get(f"/organisations?{query}"))] == ["Aalter"]


def test_administrations_are_paged_by_name(town):
    for name in ("Deinze", "Beernem", "Eeklo"):
        factories.organisation(name)

    first = town.anonymous.get("/organisations?limit=3")
    second = town.anonymous.get(first.json()["next"].removeprefix("http://127.0.0.1:8000"))

    assert first["Link"] == f'<{first.json()["next"]}>; rel="next"'
    assert [one["name"] for one in items(first) + items(second)] == ["Aalst", "Aalter", "Beernem", "Deinze", "Eeklo"]
    assert second.json()["next"] is None


@pytest.mark.parametrize("query", ["q=%00", "q=" + "x" * 5000, "q=%25_%5C", "nis=%00", "q=%ED%A0%80", "q=" + "9" * 300])
def test_no_text_breaks_the_search(town, query):
    assert town.anonymous.get(f"/organisations?{query}").status_code == 200


@pytest.mark.parametrize("path", ["/organisations", "/applications"])
def test_limits_hold_for_everybody(town, path):
    refused = town.anonymous.get(f"{path}?limit=0")

    assert (refused.status_code, pointers(refused)) == (422, ["/limit"])


def test_applications_in_use_are_listed_by_name(town):
    factories.application("oud")
    Application.objects.filter(slug="oud").update(is_active=False)
    Application.objects.create(
        slug="loket", name="Digitaal Loket", owner="ABB", url="https://loket.be", login="ACM/IDM", right="Loket LB",
        contact="loket@vlaanderen.example", note="intern",
    )  # fmt: skip
    factories.application("berichten")

    shown = items(town.anonymous.get("/applications"))

    assert [one["slug"] for one in shown] == ["berichten", "loket"]
    assert shown[1] == {
        "slug": "loket",
        "name": "Digitaal Loket",
        "owner": "ABB",
        "url": "https://loket.be",
        "login": "ACM/IDM",
        "right": "Loket LB",
        "contact": "loket@vlaanderen.example",
    }


def test_a_worthless_token_does_not_matter_where_none_is_needed(town):
    assert town.anonymous.get("/applications", Authorization="Bearer niets").status_code == 200
