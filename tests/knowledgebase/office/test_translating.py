"""A translation is begun on the Dutch text and follows it."""

import pytest

from knowledgebase.models import Article
from tests import factories
from tests.knowledgebase.office.browsing import TYPED, keep_new, kept_titles, office, page, published_anew

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def test_a_translation_begins_with_the_dutch_text(editor):
    article = factories.article()
    assert 'value="Aanmelden met itsme"' in page(editor, office(article, "vertaling/fr/"))
    editor.post(office(article, "vertaling/fr/"), {**TYPED, "title": "S'identifier"})
    translation = Article.objects.get(language="fr")

    assert translation.original == article
    assert editor.get(office(article, "vertaling/fr/"))["Location"] == office(translation)
    assert {editor.get(office(article, f"vertaling/{none}/")).status_code for none in ("xx", "nl")} == {404}


def test_a_translation_is_kept_while_it_is_typed_beside_every_other_text_of_its_writer(editor):
    article = factories.article()
    assert page(editor, office(article, "vertaling/fr/")).count('lang="fr"') == 3
    french, german = (office(article, f"vertaling/{language}/") for language in ("fr", "de"))
    assert f'hx-post="{french}bewaren/"' in page(editor, french)
    for address, title in ((french, "En cours"), (german, "Halb"), (office(article), "Half")):
        kept = {**TYPED, "title": title, "based_on": "1"}
        assert editor.post(f"{address}bewaren/", kept, headers={"HX-Request": "true"}).status_code == 200
    keep_new(editor, "Nieuw")

    assert 'value="En cours"' in page(editor, french)
    editor.post(french, {"weg": "1"})
    assert 'value="Aanmelden met itsme"' in page(editor, french)
    assert editor.post(german, {**TYPED, "title": "Fertig"}).status_code == 303
    assert sorted(kept_titles()) == ["Half", "Nieuw"]
    assert editor.post(office(article, "vertaling/xx/bewaren/"), TYPED).status_code == 404


def test_a_translation_that_is_gone_on_with_later_follows_the_dutch_text_it_was_begun_on(editor):
    article = factories.article()
    french = office(article, "vertaling/fr/")
    assert 'name="based_on" value="1"' in page(editor, french)
    editor.post(f"{french}bewaren/", {**TYPED, "based_on": "1"}, headers={"HX-Request": "true"})
    published_anew(article)

    assert 'name="based_on" value="1"' in page(editor, french)
    editor.post(french, {**TYPED, "based_on": "1"})
    assert Article.objects.get(language="fr").current_revision.translated_from.number == 1


def test_a_translator_sees_what_changed_in_the_dutch_text_since(editor):
    article = factories.article()
    translation = factories.article("S'identifier", language="fr", original=article)
    assert "/versies/?van=" not in page(editor, office(translation))
    published_anew(article)

    html = page(editor, office(translation))
    changes = f"{office(article, 'versies/')}?van=1&amp;naar=2"
    assert f'<a href="{changes}">' in html
    assert "<ins>Nieuw</ins>" in page(editor, changes.replace("&amp;", "&"))
    assert 'name="follows" value="2"' in html
