"""Of what is found by name, what was meant."""

import pytest

from helpdesk.portal.naming import is_meant
from helpdesk.search.queries import Hit
from tests import factories


def hit(title, snippet=""):
    return Hit(kind="organisation", object_id=1, public_id="x", title=title, url="/", snippet_html=snippet, score=1.0)


@pytest.mark.parametrize(
    ("typed", "title", "snippet"),
    [
        ("Aalst", "OCMW Aalst", ""),
        ("mijn collega van Aalst kan niet inloggen", "Aalst (gemeente)", ""),
        ("gemeente aalst", "Aalst (gemeente)", ""),
        ("ocmw gent toegang", "OCMW Gent", ""),
        ("Zomergem", "Lievegem (gemeente)", "gemeente 9930 <mark>Zomergem</mark>"),
        ("loket", "Omgevingsloket", ""),
        ("mandaten databank", "Mandatendatabank", ""),
        ("R&D dienst", "Dienst", "R&amp;D <mark>dienst</mark>"),
        ("0207.437.468", "OCMW Gent", ""),
        ("hoe moet dat", "OCMW Gent", ""),
    ],
)
def test_what_was_named_is_meant(typed, title, snippet):
    assert is_meant(hit(title, snippet), typed)


@pytest.mark.parametrize(
    ("typed", "title", "snippet"),
    [
        ("werkt niet", "Wijk-werken Gent vzw", "Wijk-<mark>werken</mark> Gent"),
        ("itsme werkt niet", "WSE-loket", "Aanmelden met <mark>itsme</mark>"),
        ("mandatendatabank opslaan", "OCMW De Haan", ""),
        ("aal", "Aalst (gemeente)", ""),
        ("werkt niet", "(onbekend)", ""),
        ("Aalst", "mark", "<mark>Gent</mark>"),
    ],
)
def test_what_only_shares_a_word_with_the_question_is_not(typed, title, snippet):
    assert not is_meant(hit(title, snippet), typed)


def test_the_search_page_shows_the_administration_that_was_named_and_none_that_only_sounds_like_the_question(
    client, db, reindex
):
    factories.organisation("Wijk-werken")
    factories.organisation("Aalst")
    reindex()

    def found(typed):
        hits = client.get("/zoeken/", {"q": typed}).context["answers"].organisations
        return [hit.title.partition(" (")[0] for hit in hits]

    assert found("itsme werkt niet") == []
    assert found("itsme werkt niet in Aalst") == ["Aalst"]
    assert found("wijk-werken") == ["Wijk-werken"]


def test_a_slip_in_a_name_names_it_all_the_same(client, db, reindex):
    factories.organisation("Sint-Niklaas")
    reindex()

    hits = client.get("/zoeken/", {"q": "Sint-Niklass"}).context["answers"].organisations

    assert [hit.title.partition(" (")[0] for hit in hits] == ["Sint-Niklaas"]
