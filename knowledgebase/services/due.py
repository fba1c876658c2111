"""What an editor said would happen at its hour."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils import timezone

from helpdesk.accounts.actors import Actor
from helpdesk.kernel.policy import require
from helpdesk.kernel.services import service
from knowledgebase import policies
from knowledgebase.models import Article
from knowledgebase.services.archiving import withdraw
from knowledgebase.services.locking import locked
from knowledgebase.services.publishing import publish_revision


def publish_due(*, actor: Actor) -> int:
    """Let readers see the approved texts whose hour has come; return how many."""
    return _each(actor, Article.objects.filter(publish_at__lte=timezone.now()), _publish_when_due)


def archive_due(*, actor: Actor) -> int:
    return _each(actor, Article.objects.filter(archive_at__lte=timezone.now()), _archive_when_due)


def _each(actor: Actor, due: QuerySet[Article], act: Callable[..., bool]) -> int:
    return sum(act(actor=actor, article=article) for article in due.order_by("pk"))


@service
def _publish_when_due(*, actor: Actor, article: Article) -> bool:
    require(policies.may_edit_all(actor))
    article = locked(article)
    revision = article.scheduled_revision
    # Another worker may have been first, or an editor changed the hour.
    if revision is None or article.publish_at is None or article.publish_at > timezone.now():
        return False
    publish_revision(article, revision)
    return True


@service
def _archive_when_due(*, actor: Actor, article: Article) -> bool:
    require(policies.may_edit_all(actor))
    article = locked(article)
    if article.archive_at is None or article.archive_at > timezone.now():
        return False
    withdraw(article)
    return True
