"""What is typed is kept until it is saved, and no longer."""

import pytest

from knowledgebase import services
from knowledgebase.models import ArticleDraft
from tests import factories
from tests.knowledgebase.office.browsing import KEEP_NEW, NEW, TYPED, keep_new, kept_titles, office, page

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def test_what_is_typed_is_kept_for_its_writer_alone_until_it_is_saved(editor, second):
    article = factories.article()
    kept = editor.post(
        office(article, "bewaren/"), {**TYPED, "title": "Nog bezig", "based_on": "1"}, headers={"HX-Request": "true"}
    )

    assert kept.status_code == 200
    assert 'value="Nog bezig"' in page(editor, office(article))
    assert "Nog bezig" not in page(second, office(article))
    editor.post(office(article), {**TYPED, "based_on": "1"})
    assert ArticleDraft.objects.count() == 0


def test_a_kept_text_remembers_on_what_it_was_written(editor, second):
    article = factories.article()
    editor.post(office(article, "bewaren/"), {**TYPED, "based_on": "1"}, headers={"HX-Request": "true"})
    second.post(office(article), {**TYPED, "title": "Van Tom", "based_on": "1"})

    html = page(editor, office(article))
    assert 'name="based_on" value="1"' in html
    assert editor.post(office(article), {**TYPED, "based_on": "1"}).status_code == 409


def test_a_text_that_comes_to_be_kept_after_it_was_saved_is_not_told_to_be_unsaved(editor):
    article = factories.article()
    for address in (office(article, "bewaren/"), office(article), office(article, "bewaren/")):
        editor.post(address, {**TYPED, "based_on": "1"}, headers={"HX-Request": "true"})

    assert article.revisions.count() == 2
    assert ArticleDraft.objects.count() == 0


def test_a_text_of_which_only_a_part_could_be_kept_is_not_said_to_be_kept(editor):
    article = factories.article()
    long = {**TYPED, "body_markdown": "a" * 100_001, "based_on": "1"}
    answer = editor.post(office(article, "bewaren/"), long, headers={"HX-Request": "true"})

    assert (answer.status_code, ArticleDraft.objects.count()) == (422, 0)


def test_a_new_text_is_kept_and_thrown_away(editor):
    editor.post("/kennis/redactie/nieuw/bewaren/", {"title": "Begin"}, headers={"HX-Request": "true"})
    assert 'value="Begin"' in page(editor, "/kennis/redactie/nieuw/")

    editor.post("/kennis/redactie/nieuw/", {"weg": "1"})
    assert 'value="Begin"' not in page(editor, "/kennis/redactie/nieuw/")


def test_a_new_text_is_kept_until_it_is_an_article(editor):
    keep_new(editor, "Half")
    editor.post(NEW, {**TYPED, "summary": ""})
    assert kept_titles() == ["Half"]

    editor.post(NEW, TYPED)
    assert kept_titles() == []


def test_an_article_begun_elsewhere_leaves_a_new_text_that_is_being_typed(editor):
    article = factories.article()
    keep_new(editor, "Half")
    editor.post(office(article, "vertaling/fr/"), {**TYPED, "title": "S'identifier"})
    writer = factories.actor(factories.user_called("Sofie"))
    services.write_draft(actor=writer, text=factories.text("Uit een vraag"))

    assert kept_titles() == ["Half"]


def test_a_title_that_was_asked_for_opens_the_text_that_bears_it_already(editor):
    assert KEEP_NEW in page(editor, NEW + "?titel=Half")
    editor.post(KEEP_NEW, {"title": "Half", "summary": "Ver gevorderd"}, headers={"HX-Request": "true"})

    assert "Ver gevorderd" in page(editor, NEW + "?titel=Half")
