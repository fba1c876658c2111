"""A form that is sent when the session is over, and a page that is opened in a way it does not know."""

import pytest

from helpdesk.search.models import SynonymSet
from tests import factories

pytestmark = pytest.mark.django_db

OURS = {"Origin": "http://testserver"}
WORDS = "/kennis/redactie/synoniemen/"


@pytest.mark.parametrize(
    ("field", "typed"), [("terms", "kaart\nkaartje"), ("reason", "Bron <ontbreekt>"), ("body", "Dag An")]
)
def test_what_was_typed_stands_there_with_a_way_to_sign_in_and_one_to_send_it(client, field, typed):
    page = client.post(f"{WORDS}?set=1", {field: typed, "deed": "keep"}, headers=OURS)
    html = page.content.decode()

    assert page.status_code == 401
    assert f'name="{field}"' in html
    assert typed.replace("<", "&lt;").replace(">", "&gt;") in html
    assert '<input type="hidden" name="deed" value="keep">' in html
    assert f'action="{WORDS}?set=1"' in html
    assert 'href="/aanmelden/" target="_blank"' in html
    assert SynonymSet.objects.count() == 0


@pytest.mark.parametrize(
    ("said", "headers"),
    [
        ({"revision": "1", "shown": "a-b"}, OURS),
        ({"terms": ""}, OURS),
        ({"terms": "kaart"}, {}),
        ({"terms": "kaart"}, {"Origin": "https://wolf.example"}),
        ({"terms": "kaart"}, OURS | {"HX-Request": "true"}),
        ({"terms": "kaart"}, OURS | {"Accept": "application/json"}),
    ],
)
def test_where_nothing_was_typed_on_a_page_of_ours_the_sign_in_page_follows(client, said, headers):
    answer = client.post(WORDS, said, headers=headers)

    assert (answer.status_code, answer["Location"]) == (302, f"/aanmelden/?next={WORDS}")


def test_nothing_is_given_back_to_who_is_signed_in(client):
    client.force_login(factories.official())

    assert client.post(WORDS, {"terms": "kaart"}, headers=OURS).status_code == 404


def test_no_password_is_shown(client):
    html = client.post(WORDS, {"terms": "kaart", "password": "geheim woord"}, headers=OURS).content.decode()

    assert ("kaart" in html, "geheim woord" in html) == (True, False)


@pytest.mark.parametrize(
    ("accept", "kind"), [("text/html", "text/html"), ("application/json", "application/problem+json")]
)
def test_who_opens_what_only_takes_a_form_is_told_so(client, accept, kind):
    told = client.get("/kennis/itsme/oordeel/", headers={"Accept": accept})

    assert (told.status_code, told["Allow"], told["Content-Type"].partition(";")[0]) == (405, "POST", kind)
    assert "Ga terug en probeer het opnieuw." in told.content.decode()


def test_what_the_api_says_of_a_method_stays_as_it_is(client):
    told = client.delete("/api/v1/articles")

    assert (told.status_code, "Gebruik" in told.content.decode()) == (405, True)
