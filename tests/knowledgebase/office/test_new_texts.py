"""Somebody writes several new articles at once: each is kept, and found again."""

import re

import pytest

from knowledgebase.models import Article, ArticleDraft
from tests import factories
from tests.knowledgebase.office.browsing import KEEP_NEW, NEW, TYPED, keep_new, kept_titles, page

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

OFFICE = "/kennis/redactie/"


def key_on(html: str) -> str:
    return re.search(r'name="tekst" value="([0-9a-f]{32})"', html)[1]


def links_to_texts(html: str) -> list[tuple[str, str]]:
    return re.findall(r'<li><a href="/kennis/redactie/nieuw/\?tekst=([0-9a-f]*)">([^<]*)</a>', html)


def test_two_new_texts_are_kept_beside_each_other_and_found_again(editor, second):
    one, other = key_on(page(editor, NEW)), key_on(page(editor, NEW + "?titel=Wachtwoord+vergeten"))
    for key, title in ((one, "Half"), (other, "Wachtwoord kwijt"), (one, "Half af")):
        keep_new(editor, title, tekst=key)

    assert sorted(kept_titles()) == ["Half af", "Wachtwoord kwijt"]
    assert links_to_texts(page(editor, OFFICE)) == [(one, "Half af"), (other, "Wachtwoord kwijt")]
    html = page(editor, f"{NEW}?tekst={other}")
    assert ('value="Wachtwoord kwijt"' in html, key_on(html)) == (True, other)
    assert links_to_texts(html) == [(one, "Half af")]
    assert 'value="Half af"' in page(editor, NEW)


def test_nobody_sees_the_new_texts_of_somebody_else(editor, second):
    key = key_on(page(editor, NEW))
    keep_new(editor, "Geheim", tekst=key)

    for address in (OFFICE, NEW, f"{NEW}?tekst={key}", f"{NEW}?titel=Geheim"):
        assert links_to_texts(page(second, address)) == []
    assert "Geheim" not in page(second, f"{NEW}?tekst={key}")
    keep_new(second, "Van mij", tekst=key)
    second.post(NEW, {"weg": "1", "tekst": key})
    assert kept_titles() == ["Geheim"]


def test_saving_or_throwing_away_one_new_text_leaves_the_others(editor):
    titles = ("Een", "Twee", "Drie")
    keys = [key_on(page(editor, f"{NEW}?titel={title}")) for title in titles]
    for key, title in zip(keys, titles, strict=True):
        keep_new(editor, title, tekst=key)
    editor.post(f"{NEW}?titel=Een", {**TYPED, "title": "Een", "tekst": keys[0]})
    thrown = page(editor, f"{NEW}?tekst={keys[1]}").partition('name="weg"')[0].rpartition("<form")[2]
    editor.post(f"{NEW}?tekst={keys[1]}", {"weg": "1", "tekst": key_on(thrown)})

    assert (Article.objects.get().slug, kept_titles()) == ("een", ["Drie"])


def test_who_has_a_new_text_can_begin_another_that_is_kept_as_well(editor):
    keep_new(editor, "Half", tekst=key_on(page(editor, NEW)))
    address = re.search(rf'<p><a href="({NEW}\?tekst=[0-9a-f]{{32}})">', page(editor, NEW))[1]
    html = page(editor, address)

    assert 'value="Half"' not in html
    keep_new(editor, "Ander", tekst=key_on(html))
    assert 'value="Ander"' in page(editor, address)
    assert sorted(kept_titles()) == ["Ander", "Half"]


@pytest.mark.parametrize("key", ["x", "G" * 32, "a" * 33, "../", "\x00", "a" * 32 + "\n"])
def test_a_key_that_is_none_names_no_text(editor, key):
    keep_new(editor, "Half")

    response = editor.get(NEW, {"tekst": key})
    assert 'value="Half"' in response.content.decode()
    keep_new(editor, "Nog half", tekst=key)
    assert kept_titles() == ["Nog half"]


def test_a_page_that_was_open_since_before_texts_had_keys_still_keeps_and_saves_its_own(editor):
    keep_new(editor, "Half")
    assert links_to_texts(page(editor, OFFICE)) == [("", "Half")]
    assert 'value="Half"' in page(editor, f"{NEW}?tekst=")
    editor.post(NEW, TYPED)

    assert kept_titles() == []


def test_what_a_new_text_is_about_is_kept_with_it_as_far_as_it_can_be_chosen(editor):
    factories.application()
    factories.category("toegang.geen_recht")
    key = key_on(page(editor, NEW))
    for application, expected in (("loket", "loket"), ("bestaat-niet", None)):
        keep_new(editor, "Half", tekst=key, application=application, category="toegang.geen_recht")
        draft = ArticleDraft.objects.get()
        assert (draft.application and draft.application.slug, draft.category.code) == (expected, "toegang.geen_recht")

    assert '<option value="toegang.geen_recht" selected>' in page(editor, NEW)


def test_a_title_that_was_asked_for_begins_a_text_of_its_own_and_the_kept_one_stays(editor):
    keep_new(editor, "Half")
    address = NEW + "?titel=Wachtwoord+vergeten"
    html = page(editor, address)

    assert 'value="Wachtwoord vergeten"' in html
    assert links_to_texts(html) == [("", "Half")]
    assert KEEP_NEW in html
    key = key_on(html)
    assert key_on(editor.post(address, {**TYPED, "tekst": key, "voorbeeld": "1"}).content.decode()) == key
    editor.post(address, {**TYPED, "tekst": key})
    assert (Article.objects.get().slug, kept_titles()) == ("getypt", ["Half"])
    assert 'value="Half"' in page(editor, NEW)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_new_texts_asks_the_same_of_the_database_however_long_it_is(editor, assert_statements, count):
    for number in range(count):
        keep_new(editor, f"Titel {number}", tekst=f"{number:032x}")
    with assert_statements(12):
        page(editor, OFFICE)
