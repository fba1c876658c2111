"""A translation has the readers of its original, and falls behind when that changes."""

import pytest

from helpdesk.accounts.actors import Visitor
from helpdesk.kernel.models import OutboxEvent
from helpdesk.kernel.policy import RefusedError
from knowledgebase import services
from knowledgebase.content import Card
from knowledgebase.selectors import readable_articles
from tests import factories
from tests.knowledgebase.doings import SIGNIFICANCE, TEXT, publish, save

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def languages_readers_see() -> list[str]:
    return sorted(readable_articles(Visitor()).values_list("language", flat=True))


@pytest.fixture
def in_three_languages():
    article = factories.article()
    return article, *(factories.article(name, language=name, original=article) for name in ("fr", "de"))


def test_an_article_goes_and_comes_back_in_every_language_but_one_that_had_gone_by_itself(editor, in_three_languages):
    article, french, german = in_three_languages
    services.archive_article(actor=editor, article=german)
    OutboxEvent.objects.all().delete()
    services.archive_article(actor=editor, article=article)

    assert languages_readers_see() == []
    told = OutboxEvent.objects.filter(name="search.documents_changed").values_list("payload__object_ids", flat=True)
    assert sorted(told) == [[article.pk], [french.pk]]
    services.reopen_article(actor=editor, article=article)
    assert languages_readers_see() == ["fr", "nl"]


def test_a_translation_has_no_readers_while_its_original_is_archived(editor, in_three_languages):
    article, french, _german = in_three_languages
    services.archive_article(actor=editor, article=article)
    english = factories.article("Signing in", language="en", original=article, published=False)
    services.submit_for_review(actor=editor, article=english)
    with pytest.raises(RefusedError):
        services.approve(actor=factories.SYSTEM, article=english)
    with pytest.raises(RefusedError):
        services.reopen_article(actor=editor, article=french)

    assert languages_readers_see() == []


def test_a_translation_is_for_the_readers_of_its_original(editor):
    article = factories.article(audience="agents")
    translation = factories.article("S'identifier", language="fr", original=article)
    assert translation.audience == "agents"

    services.change_card(actor=editor, article=article, card=Card(audience="officials"))

    translation.refresh_from_db()
    assert translation.audience == "officials"


def test_a_translation_falls_behind_when_more_than_spelling_changes(editor, second):
    article = factories.article()
    translation = factories.article("S'identifier", language="fr", original=article)

    for significance, expected in ((SIGNIFICANCE.TYPO, False), (SIGNIFICANCE.MEDIUM, True)):
        save(editor, article, significance=significance)
        services.submit_for_review(actor=editor, article=article)
        services.approve(actor=second, article=article)
        translation.refresh_from_db()
        assert translation.is_out_of_date is expected

    save(second, translation)
    services.submit_for_review(actor=second, article=translation)
    services.approve(actor=editor, article=translation)
    translation.refresh_from_db()
    assert translation.is_out_of_date is False


def test_a_translation_made_before_its_original_had_readers_is_up_to_date_whichever_gets_them_first(editor, second):
    for first, last in ((0, 1), (1, 0)):
        article = factories.article(published=False)
        translation = factories.article("S'identifier", language="fr", original=article, published=False)
        both = (article, translation)
        for each in (both[first], both[last]):
            publish(second, each)
        translation.refresh_from_db()
        assert translation.is_out_of_date is False

        save(editor, article)
        publish(second, article)
        translation.refresh_from_db()
        assert translation.is_out_of_date is True


def test_a_translation_follows_the_text_its_translator_saw_though_a_newer_one_came_meanwhile(editor, second):
    article = factories.article()
    translation = factories.article("S'identifier", language="fr", original=article)
    save(editor, article)
    publish(second, article)
    begun = services.write_draft(actor=editor, text=TEXT, language="de", original=article, follows=1)
    services.save_revision(actor=editor, article=translation, text=TEXT, based_on=1, follows=1)
    for each in (begun, translation):
        publish(second, each)
        each.refresh_from_db()
        assert each.is_out_of_date is True


@pytest.fixture
def left_behind(editor):
    """A translation of a Dutch text that has changed since."""
    article = factories.article()
    translation = factories.article("S'identifier", language="fr", original=article)
    save(editor, article)
    publish(editor, article)
    return translation


@pytest.mark.parametrize(("significance", "expected"), [(SIGNIFICANCE.TYPO, True), (SIGNIFICANCE.MEDIUM, False)])
def test_spelling_corrected_in_a_translation_does_not_make_it_follow_the_dutch_text(
    editor, left_behind, significance, expected
):
    save(editor, left_behind, significance=significance)
    publish(editor, left_behind)
    left_behind.refresh_from_db()

    assert left_behind.is_out_of_date is expected


def test_an_older_text_of_a_translation_follows_the_dutch_text_it_was_made_of(editor, left_behind):
    save(editor, left_behind)
    publish(editor, left_behind)
    services.restore_revision(actor=editor, article=left_behind, number=1)
    publish(editor, left_behind)
    left_behind.refresh_from_db()

    assert left_behind.is_out_of_date is True


def test_a_rewrite_counts_for_translations_when_its_spelling_was_corrected_before_it_was_read(editor, second):
    article = factories.article()
    translation = factories.article("S'identifier", language="fr", original=article)
    save(editor, article, significance=SIGNIFICANCE.MAJOR)
    save(editor, article, significance=SIGNIFICANCE.TYPO)
    services.submit_for_review(actor=editor, article=article)
    services.approve(actor=second, article=article)
    save(editor, translation, significance=SIGNIFICANCE.TYPO)
    publish(editor, translation)
    translation.refresh_from_db()

    assert translation.is_out_of_date is True


def test_every_article_begins_in_dutch_and_has_one_translation_per_language(editor):
    article = factories.article()
    factories.article("En français", language="fr", original=article)

    for language, original in (("fr", None), ("nl", article), ("fr", article)):
        with pytest.raises(RefusedError):
            services.write_draft(actor=editor, text=TEXT, language=language, original=original)
