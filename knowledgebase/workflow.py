"""What all that was written since readers last got a new text amounts to: the heaviest change in it counts."""

from collections.abc import Iterable
from datetime import timedelta

from knowledgebase.models import Article, ArticleRevision

SIGNIFICANCE = ArticleRevision.Significance
MAJOR = SIGNIFICANCE.MAJOR
# When somebody looks again whether an article is still right, unless an editor says otherwise.
CHECKED_AFTER = timedelta(days=365)
_BY_WEIGHT = (SIGNIFICANCE.TYPO, SIGNIFICANCE.MEDIUM, SIGNIFICANCE.MAJOR)


def unpublished(article: Article, up_to: ArticleRevision) -> Iterable[ArticleRevision]:
    """Return the revisions readers would get with this one and have not yet."""
    published = article.published_revision
    return article.revisions.filter(number__gt=published.number if published else 0, number__lte=up_to.number)


def significance_of(article: Article, revision: ArticleRevision) -> ArticleRevision.Significance:
    """Return how much changes for readers when this becomes the text they see."""
    weights = [_BY_WEIGHT.index(SIGNIFICANCE(row.significance)) for row in unpublished(article, revision)]
    # An older text that comes back was read by a second person when it came first.
    return _BY_WEIGHT[max(weights, default=_BY_WEIGHT.index(SIGNIFICANCE.MEDIUM))]


def writers_of_major_changes(revision: ArticleRevision) -> set[int]:
    """Return who wrote what is new or rewritten in it: somebody else has to read that first."""
    rows = _unread(revision)
    return {row.author_id for row in rows if row.significance == MAJOR and row.author_id is not None}


def _unread(revision: ArticleRevision) -> Iterable[ArticleRevision]:
    """Return the text and those below it, down to one that was approved.

    An older text that came back stands on what it was written on then, whatever readers got meanwhile.
    """
    known = ArticleRevision.objects.filter(article=revision.article_id).defer("title", "summary", "body_markdown")
    by_key = {row.pk: row for row in known}
    below: ArticleRevision | None = by_key[revision.pk]
    while below is not None and below.state != ArticleRevision.State.APPROVED:
        yield below
        below = by_key.get(below.based_on_id) if below.based_on_id else None


def text_to_translate(original: Article) -> ArticleRevision | None:
    """Return what a translation says in its language: the text readers see, before there is one the newest."""
    return original.published_revision or original.current_revision


def has_changed_since(original: Article, translated_from: ArticleRevision | None) -> bool:
    """Say whether a translation of this text misses more than spelling of what its original says now."""
    published = original.published_revision
    if published is None:
        return False
    later = original.revisions.filter(
        number__gt=translated_from.number if translated_from else 0,
        number__lte=published.number,
    )
    return later.exclude(significance=SIGNIFICANCE.TYPO).exists()
