"""Taking articles away from readers, and giving them back."""

from datetime import datetime

from helpdesk.accounts.actors import Actor
from helpdesk.kernel.policy import require
from helpdesk.kernel.services import service
from knowledgebase import policies
from knowledgebase.models import Article
from knowledgebase.services.locking import locked, store
from knowledgebase.services.taking_back import take_back_planned, take_back_submitted

STATE = Article.State


@service
def archive_article(*, actor: Actor, article: Article) -> Article:
    """Take an article away from its readers; nothing of it is lost, and nothing of it waits any more."""
    require(policies.may_edit_all(actor))
    article = locked(article)
    withdraw(article)
    return article


@service
def reopen_article(*, actor: Actor, article: Article) -> Article:
    """Bring an archived article back, to its readers too when it had any."""
    require(policies.may_edit_all(actor))
    article = locked(article)
    if article.state == STATE.ARCHIVED:
        article.state = STATE.PUBLISHED if article.published_revision_id else STATE.WORK_IN_PROGRESS
        store(article)
    return article


@service
def schedule_archive(*, actor: Actor, article: Article, at: datetime | None) -> Article:
    """Say when an article goes; None for never."""
    require(policies.may_edit_all(actor))
    article = locked(article)
    article.archive_at = at
    store(article)
    return article


def withdraw(article: Article) -> None:
    article.state = STATE.ARCHIVED
    article.archive_at = None
    take_back_submitted(article)
    take_back_planned(article)
    store(article)
