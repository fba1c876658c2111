"""A visitor of a page for who signed in: to the sign-in page and back, however long the address is."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests import factories

pytestmark = pytest.mark.django_db

OFFICE, DESK = "/kennis/redactie/", "/desk/"


@pytest.mark.parametrize("address", [OFFICE, DESK, "/mijn/", "/beheer/"])
@pytest.mark.parametrize(
    ("query", "is_kept"),
    [("q=a", True), ("q=" + "a" * 1_980, True), ("q=" + "a" * 2_000, False), ("q=" + "%C3%A9" * 10_000, False)],
)
def test_a_visitor_comes_back_with_what_was_asked_unless_it_is_longer_than_anybodys_way(
    client, address, query, is_kept
):
    response = client.get(f"{address}?{query}")
    target = urlsplit(response["Location"])

    assert (response.status_code, target.path) == (302, "/aanmelden/")
    assert parse_qs(target.query) == {"next": [f"{address}?{query}" if is_kept else address]}
    assert client.get(response["Location"]).status_code == 200


def test_an_address_that_is_too_long_by_itself_leads_to_the_sign_in_page_alone(client):
    response = client.get(f"/desk/t/{'A' * 20_000}/")

    assert (response.status_code, response["Location"]) == (302, "/aanmelden/")


def test_who_signs_in_on_the_way_to_a_long_search_comes_to_its_page(client):
    user = factories.user("Sofie", roles=("editor",))
    user.set_password("een lang wachtwoord")
    user.save()
    way = client.get(f"{OFFICE}?q={'%C3%A9' * 10_000}")["Location"]
    typed = {"username": user.username, "password": "een lang wachtwoord", "next": OFFICE}

    assert f'name="next" value="{OFFICE}"' in client.get(way).content.decode()
    assert client.post(way, typed)["Location"] == OFFICE


@pytest.mark.parametrize(
    ("sent_from", "way_back"),
    [
        ("http://testserver/kennis/redactie/5/?a=1#b", "/kennis/redactie/5/%3Fa%3D1"),
        ("https://wolf.example/kennis/redactie/5/", "/kennis/redactie/5/terugsturen/"),
        ("http://testserver.wolf.example/", "/kennis/redactie/5/terugsturen/"),
        ("http://testserver//wolf.example/", "/kennis/redactie/5/terugsturen/"),
        ("", "/kennis/redactie/5/terugsturen/"),
    ],
)
def test_who_sent_a_form_comes_back_to_the_page_it_stands_on(client, sent_from, way_back):
    answer = client.post("/kennis/redactie/5/terugsturen/", headers={"Referer": sent_from})

    assert (answer.status_code, answer["Location"]) == (302, f"/aanmelden/?next={way_back}")
