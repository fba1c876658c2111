"""Choices with a sign that no database keeps: a wrong choice like any other, on every engine."""

import pytest

from knowledgebase.models import ArticleDraft
from tests import factories
from tests.knowledgebase.office.browsing import KEEP_NEW, NEW, TYPED, door, office

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

NONE = "a\x00b"


@pytest.fixture
def editor():
    return door("Sofie", "editor")


@pytest.mark.parametrize("field", ["application", "category"])
def test_a_new_article_is_asked_again_and_is_kept_without_it(editor, field):
    asked = editor.post(NEW, {**TYPED, field: NONE})
    kept = editor.post(KEEP_NEW, {**TYPED, field: NONE}, headers={"HX-Request": "true"})

    assert (asked.status_code, kept.status_code) == (422, 200)
    assert getattr(ArticleDraft.objects.get(), field) is None
    assert editor.get(f"{NEW}?titel=a%00b&toepassing=a%00b&categorie=a%00b").status_code == 200


@pytest.mark.parametrize("field", ["applications", "categories", "owner", "slug", "audience", "sources", "shown"])
def test_a_card_is_asked_again(editor, field):
    article = factories.article()
    said = {"audience": "public", "slug": article.slug, "sources": "Een bron", field: NONE}

    assert editor.post(office(article, "kaart/"), said).status_code == 422


@pytest.mark.parametrize(
    "address",
    [
        "/kennis/?thema=a%00",
        "/kennis/?toepassing=a%00",
        "/kennis/?thema=x&pagina=a%00",
        "/kennis/redactie/?lijst=a%00&q=a%00&pagina=a%00",
        "/zoeken/?q=a%00",
        "/zoeken/?q=a%00&pagina=a%00",
        "/kennis/redactie/synoniemen/",
        "/desk/zoeken/?q=a%00+org:a%00",
        "/api/v1/articles?application=a%00",
        "/api/v1/articles?q=a%00",
        "/api/v1/articles?language=a%00",
        "/api/v1/articles?theme=a%00",
        "/api/v1/search?q=a%00",
        "/melden/?toepassing=a%00",
        "/melden/besturen/?q=a%00",
    ],
)
def test_an_address_is_read_all_the_same(editor, address):
    assert editor.get(address).status_code < 500
