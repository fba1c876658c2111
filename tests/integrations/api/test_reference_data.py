"""Administrations and applications, for everybody."""

from datetime import date

import pytest
from django.conf import settings

from helpdesk.accounts.models import Organisation, OrganisationName
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


@pytest.mark.parametrize("query", ["q=%00", "q=" + "x" * 5000, "q=%25_%5C", "q=%ED%A0%80", "q=" + "9" * 300])
def test_no_text_breaks_the_search_and_none_that_names_nothing_finds_everything(town, query):
    assert items(town.anonymous.get(f"/organisations?{query}")) == []


@pytest.mark.parametrize("query", ["nis=%00", "nis=4408%004", "nis=44084&nis=44029", "q=Aalter&q=Aalst"])
def test_what_cannot_be_a_number_or_is_said_twice_is_refused(town, query):
    refused = town.anonymous.get(f"/organisations?{query}")

    assert (refused.status_code, pointers(refused)) == (422, [f"/{query[: query.index('=')]}"])


def following(program, answer):
    return program.get(answer.json()["next"].removeprefix(settings.BASE_URL))


def test_an_administration_that_comes_or_goes_between_two_pages_shows_none_twice_and_hides_none(town):
    factories.organisation("Deinze")
    factories.organisation("Eeklo")

    first = town.anonymous.get("/organisations?limit=3")
    factories.organisation("Aalbeke")
    factories.organisation("Destelbergen")
    Organisation.objects.get(name="Deinze").delete()
    second = following(town.anonymous, first)

    assert [one["name"] for one in items(first)] == ["Aalst", "Aalter", "Deinze"]
    assert ([one["name"] for one in items(second)], second.json()["next"]) == (["Destelbergen", "Eeklo"], None)


def test_those_of_one_name_are_cut_where_the_page_ends(town):
    for kind in ("Bestuur van de eredienst", "OCMW", "Politiezone"):
        factories.organisation("Aalst", classification=kind)

    pages = [town.anonymous.get("/organisations?limit=2")]
    while pages[-1].json()["next"]:
        pages.append(following(town.anonymous, pages[-1]))

    kinds = [[(one["name"], one["classification"]) for one in items(page)] for page in pages]
    assert kinds == [
        [("Aalst", "Bestuur van de eredienst"), ("Aalst", "Gemeente")],
        [("Aalst", "OCMW"), ("Aalst", "Politiezone")],
        [("Aalter", "Gemeente")],
    ]


def test_what_is_found_by_name_goes_on_after_the_last_that_was_shown(town):
    for name in ("Nieuw-Aalst", "Aalst-Noord", "Groot-Aalst"):
        factories.organisation(name)
    everything = [one["name"] for one in items(town.anonymous.get("/organisations?q=aalst"))]

    first = town.anonymous.get("/organisations?q=aalst&limit=2")
    factories.organisation("Aalst", classification="Provincie")
    second = following(town.anonymous, first)

    assert everything[:2] == ["Aalst", "Aalst-Noord"]
    assert [one["name"] for one in items(first) + items(second)] == everything
    assert second.json()["next"] is None


@pytest.mark.parametrize("query", ["q=OVO0012", "q=http%3A//data.lblod.info/id/bestuurseenheden/aalter"])
def test_what_is_found_by_number_is_cut_into_pages_too(town, query):
    factories.organisation("Beernem", ovo_code="OVO001299")
    everything = [one["uri"] for one in items(town.anonymous.get(f"/organisations?{query}"))]

    found, page = [], town.anonymous.get(f"/organisations?{query}&limit=1")
    found += items(page)
    while page.json()["next"]:
        page = following(town.anonymous, page)
        found += items(page)

    assert [one["uri"] for one in found] == everything
    assert everything[0] == town.aalter.uri


def test_a_page_costs_as_many_statements_however_far_it_is(town, assert_statements):
    for number in range(4):
        factories.organisation(f"Aalst {number}")
    first = town.anonymous.get("/organisations?q=aalst&limit=1")

    with assert_statements(2):
        following(town.anonymous, first)
    with assert_statements(2):
        town.anonymous.get("/organisations?q=aalst&limit=3")


def test_an_application_that_comes_between_two_pages_shows_none_twice(town):
    for slug in ("berichten", "loket", "mandaten"):
        factories.application(slug)

    first = town.anonymous.get("/applications?limit=2")
    factories.application("aangifte")
    factories.application("leeg")
    second = following(town.anonymous, first)

    assert [one["slug"] for one in items(first)] == ["berichten", "loket"]
    assert ([one["slug"] for one in items(second)], second.json()["next"]) == (["mandaten"], None)


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
