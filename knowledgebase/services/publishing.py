"""The one way a text reaches readers."""

from datetime import date

from django.utils import timezone

from knowledgebase.models import Article, ArticleRevision
from knowledgebase.services.locking import store
from knowledgebase.workflow import CHECKED_AFTER, SIGNIFICANCE, has_changed_since, significance_of

STATE = Article.State


def publish_revision(article: Article, revision: ArticleRevision) -> None:
    """Let readers see this text from now on, and say which translations fall behind."""
    significance = significance_of(article, revision)
    article.published_revision = revision
    article.state = STATE.PUBLISHED
    article.published_at = timezone.now()
    article.publish_at = article.scheduled_revision = None
    if significance != SIGNIFICANCE.TYPO:
        _verify(article, revision, timezone.localdate())
    if article.original is not None:
        article.is_out_of_date = has_changed_since(article.original, revision.translated_from)
    store(article)
    if significance != SIGNIFICANCE.TYPO:
        _leave_behind(article)


def _verify(article: Article, revision: ArticleRevision, today: date) -> None:
    """Note that somebody read it; without a day to look again, nobody ever would."""
    # A text that was shipped nobody here did read.
    is_read = revision.reviewer_id is not None
    if is_read:
        article.verified_on = today
    is_done_with = is_read and article.verify_by is not None and article.verify_by <= today
    if article.original_id is None and (article.verify_by is None or is_done_with):
        article.verify_by = today + CHECKED_AFTER


def _leave_behind(original: Article) -> None:
    """Say of the translations made of an earlier text than readers see now that they are out of date."""
    for translation in original.translations.select_for_update().filter(is_out_of_date=False):
        text = translation.published_revision or translation.current_revision
        if text is not None and has_changed_since(original, text.translated_from):
            translation.is_out_of_date = True
            store(translation)
