"""Taking articles away from readers, and giving them back."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.actors import Actor
from helpdesk.kernel.policy import RefusedError, denied, require
from helpdesk.kernel.services import Precondition, always, service
from knowledgebase import policies
from knowledgebase.models import Article
from knowledgebase.services.locking import locked, store
from knowledgebase.services.taking_back import take_back_planned, take_back_submitted

STATE = Article.State


@service
def archive_article(*, actor: Actor, article: Article) -> Article:
    """Take an article away from its readers, in every language: nothing of it is lost, nothing waits any more."""
    require(policies.may_edit_all(actor))
    article = locked(article)
    withdraw(article)
    return article


@service
def reopen_article(*, actor: Actor, article: Article) -> Article:
    """Bring an archived article back, to its readers too when it had any; translations that went with it come too."""
    require(policies.may_edit_all(actor))
    article = locked(article)
    require(policies.may_have_readers(article))
    if article.state == STATE.ARCHIVED:
        _bring_back(article)
        for translation in article.translations.select_for_update().filter(went_with_original=True):
            _bring_back(translation)
    return article


@service
def schedule_archive(
    *, actor: Actor, article: Article, at: datetime | None, precondition: Precondition = always
) -> Article:
    """Say when an article goes; None for never."""
    require(policies.may_edit_all(actor))
    if at is not None and at <= timezone.now():
        raise RefusedError(denied(_("Choose an hour in the future.")))
    article = locked(article)
    precondition(article)
    require(policies.may_go_at(article, at))
    article.archive_at = at
    store(article)
    return article


def withdraw(article: Article) -> None:
    """Take the article away with its translations: they say the same to the same readers."""
    _take_away(article)
    for translation in article.translations.select_for_update().exclude(state=STATE.ARCHIVED):
        translation.went_with_original = True
        _take_away(translation)


def _take_away(article: Article) -> None:
    take_back_submitted(article)
    take_back_planned(article)
    article.state, article.archive_at = STATE.ARCHIVED, None
    store(article)


def _bring_back(article: Article) -> None:
    article.state = STATE.PUBLISHED if article.published_revision_id else STATE.WORK_IN_PROGRESS
    article.went_with_original = False
    store(article)
