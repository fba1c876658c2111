"""What was handed in or planned, made a draft again."""

from knowledgebase.models import Article, ArticleRevision

STATE = ArticleRevision.State


def take_back_submitted(article: Article) -> None:
    """Take back what was handed in: whoever reads it now must not approve a text that does not wait any more."""
    for waiting in article.revisions.filter(state=STATE.IN_REVIEW):
        waiting.state, waiting.submitted_at = STATE.DRAFT, None
        waiting.save()


def take_back_planned(article: Article) -> None:
    """Take back the text that would have appeared at its hour: it is read again before readers get it."""
    planned = article.scheduled_revision
    article.publish_at = article.scheduled_revision = None
    if planned is not None:
        planned.state, planned.submitted_at, planned.approved_at, planned.reviewer = STATE.DRAFT, None, None, None
        planned.save()
