"""What is to appear or to go at its hour."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.kernel.policy import RefusedError
from knowledgebase import services
from knowledgebase.models import Article
from tests import factories
from tests.knowledgebase.doings import SIGNIFICANCE, TEXT, publish, save, title_readers_see

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def test_an_approved_text_waits_for_its_hour(editor, second):
    article = services.write_draft(actor=editor, text=TEXT)
    services.submit_for_review(actor=editor, article=article)
    services.approve(actor=second, article=article, publish_at=timezone.now() + timedelta(hours=1))

    assert services.publish_due(actor=factories.SYSTEM) == 0
    assert title_readers_see(article) is None
    Article.objects.update(publish_at=timezone.now() - timedelta(seconds=1))
    assert services.publish_due(actor=factories.SYSTEM) == 1
    assert services.publish_due(actor=factories.SYSTEM) == 0
    assert title_readers_see(article) == "Aanmelden met eID"


@pytest.fixture
def planned(editor, second):
    """A new text of an article, approved for tomorrow."""
    article = factories.article("Eerst")
    save(editor, article, "Morgen", significance=SIGNIFICANCE.MAJOR)
    services.submit_for_review(actor=editor, article=article)
    services.approve(actor=second, article=article, publish_at=timezone.now() + timedelta(days=1))
    article.refresh_from_db()
    return article


def test_a_planned_publication_is_called_off_and_its_text_is_read_anew(editor, planned):
    services.call_off_publication(actor=editor, article=planned)
    planned.refresh_from_db()

    assert (planned.publish_at, planned.scheduled_revision, planned.current_revision.state) == (None, None, "draft")
    assert title_readers_see(planned) == "Eerst"
    with pytest.raises(RefusedError):
        services.call_off_publication(actor=editor, article=planned)
    with pytest.raises(RefusedError):
        publish(editor, planned)


def test_a_newer_text_does_not_bring_a_planned_one_before_its_hour(editor, second, planned):
    services.save_revision(actor=editor, article=planned, text=factories.text("Morgen, verbeterd"), based_on=2)
    services.submit_for_review(actor=editor, article=planned)
    with pytest.raises(RefusedError) as refusal:
        services.approve(actor=second, article=planned)

    planned.refresh_from_db()
    assert "Zeg die eerst af." in str(refusal.value)
    assert (title_readers_see(planned), planned.scheduled_revision.title) == ("Eerst", "Morgen")
    services.approve(actor=second, article=planned, publish_at=timezone.now() + timedelta(days=2))
    planned.refresh_from_db()
    assert (title_readers_see(planned), planned.scheduled_revision.title) == ("Eerst", "Morgen, verbeterd")


def test_only_an_editor_calls_a_publication_off(agent, planned):
    with pytest.raises(RefusedError):
        services.call_off_publication(actor=agent, article=planned)

    planned.refresh_from_db()
    assert planned.scheduled_revision.title == "Morgen"


def test_what_was_planned_when_an_article_was_archived_can_be_handed_in_again(editor, second, planned):
    services.archive_article(actor=editor, article=planned)
    services.reopen_article(actor=editor, article=planned)
    services.submit_for_review(actor=editor, article=planned)
    services.approve(actor=second, article=planned)

    assert title_readers_see(planned) == "Morgen"


def test_what_waits_for_its_hour_is_the_approved_text_and_no_later_one(editor, second):
    article = factories.article("Eerst")
    save(editor, article, "Goedgekeurd")
    services.submit_for_review(actor=editor, article=article)
    services.approve(actor=second, article=article, publish_at=timezone.now() + timedelta(hours=1))
    save(editor, article, "Nog niet gelezen")
    Article.objects.update(publish_at=timezone.now() - timedelta(seconds=1))
    services.publish_due(actor=factories.SYSTEM)

    assert title_readers_see(article) == "Goedgekeurd"


def test_an_article_goes_at_its_hour(editor):
    article = factories.article()
    services.schedule_archive(actor=editor, article=article, at=timezone.now() + timedelta(hours=1))
    Article.objects.filter(pk=article.pk).update(archive_at=timezone.now() - timedelta(seconds=1))

    assert services.archive_due(actor=factories.SYSTEM) == 1
    article.refresh_from_db()
    assert (article.state, article.archive_at) == ("archived", None)


def test_an_article_does_not_go_before_a_text_of_it_appears(editor, planned):
    with pytest.raises(RefusedError) as refusal:
        services.schedule_archive(actor=editor, article=planned, at=planned.publish_at)

    assert str(refusal.value) == (
        "Er staat een publicatie gepland na dat tijdstip. Kies een later tijdstip, of zeg die eerst af."
    )
    later = planned.publish_at + timedelta(seconds=1)
    assert services.schedule_archive(actor=editor, article=planned, at=later).archive_at == later
    assert services.schedule_archive(actor=editor, article=planned, at=None).archive_at is None


def test_a_text_does_not_appear_once_its_article_has_gone(editor, second):
    article = factories.article("Eerst")
    gone = timezone.now() + timedelta(days=1)
    services.schedule_archive(actor=editor, article=article, at=gone)
    save(editor, article, "Nooit te zien")
    services.submit_for_review(actor=editor, article=article)
    with pytest.raises(RefusedError) as refusal:
        services.approve(actor=second, article=article, publish_at=gone)

    assert str(refusal.value) == (
        "Dan is dit artikel al weg: het wordt eerder gearchiveerd. Wijzig eerst het tijdstip waarop het verdwijnt."
    )
    services.approve(actor=second, article=article, publish_at=gone - timedelta(seconds=1))
    article.refresh_from_db()
    assert article.scheduled_revision.title == "Nooit te zien"
