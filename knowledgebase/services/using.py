"""What readers thought of an article, and where it served."""

from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import Actor
from helpdesk.kernel.policy import RefusedError, denied, require
from helpdesk.kernel.services import service
from knowledgebase import policies
from knowledgebase.content import clean_reason
from knowledgebase.models import Article, ArticleFeedback, ArticleRevision, ArticleUse


@service
def record_feedback(
    *, actor: Actor, article: Article, helpful: bool, reason: str = "", number: int | None = None
) -> ArticleFeedback:
    """Note whether a text helped; `number` is the revision that was read, the published one when it is not said."""
    require(policies.may_read(actor, article))
    return ArticleFeedback.objects.create(
        revision=_read_revision(article, number), helpful=helpful, reason=clean_reason(reason)
    )


@service
def record_use(*, actor: Actor, article: Article, where: str) -> ArticleUse:
    """Count that an answer was given with an article; the same place counts once."""
    require(policies.may_read(actor, article))
    use, _created = ArticleUse.objects.get_or_create(
        article=article, where=where, defaults={"revision": _read_revision(article, None)}
    )
    return use


def _read_revision(article: Article, number: int | None) -> ArticleRevision:
    """Return the text that was read: readers may have had a page open since before the last change."""
    revisions = article.revisions.filter(state=ArticleRevision.State.APPROVED)
    found = revisions.filter(number=number).first() if number is not None else None
    revision = found or article.published_revision
    if revision is None:
        raise RefusedError(denied(_("This article has not been published yet.")))
    return revision
