from datetime import timedelta

from django.utils import timezone

from helpdesk.kernel.events import publish
from helpdesk.search.events import DocumentsChanged
from knowledgebase.models import Article

KIND = "article"


def locked(article: Article) -> Article:
    """Return the article as it is now, held until the transaction ends."""
    return Article.objects.select_for_update().get(pk=article.pk)


def store(article: Article) -> None:
    """Save what a service decided, and say that what may be found of the article is not what it was.

    The moment grows with every change, whatever the clock does: what is found later is newer.
    """
    article.updated_at = max(timezone.now(), article.updated_at + timedelta(microseconds=1))
    article.save()
    publish(DocumentsChanged(kind=KIND, object_ids=[article.pk]))
