"""Which text of an article a caller gets, and in which state that is.

Who may write an article gets its newest text, every other reader the one that is published. The state is that of the
text, so what is read and what is sent mean the same.
"""

from collections.abc import Collection

from django.db.models import F, Q

from helpdesk.accounts.actors import Actor
from integrations.api import knowledge_shapes as shapes
from integrations.api.problems import not_found
from integrations.api.representations import article_shape
from knowledgebase import policies
from knowledgebase.models import Article, ArticleRevision
from knowledgebase.querysets import ArticleQuerySet, is_editor
from knowledgebase.selectors import SHOWN

STATE = Article.State


def with_parts(articles: ArticleQuerySet) -> ArticleQuerySet:
    return articles.select_related(*SHOWN).prefetch_related("applications", "categories")


def seen_by(actor: Actor, article: Article, *, states: Collection[str] = ()) -> shapes.Article:
    """Return the article as the actor gets it; of one asked for as published, the text readers see."""
    published = article.published_revision
    sees_newest = published is None or bool(policies.may_write(actor, article))
    text = article.current_revision if sees_newest else published
    if text is None:
        raise not_found()
    if states and state_of(article, text) not in states and article.is_published and STATE.PUBLISHED in states:
        text = published or text
    # A reader must not see in the time that somebody works on another text.
    updated_at = article.updated_at if sees_newest else article.published_at or article.updated_at
    return article_shape(article, text, state=state_of(article, text), updated_at=updated_at)


def state_of(article: Article, text: ArticleRevision) -> str:
    if article.state == STATE.ARCHIVED:
        return STATE.ARCHIVED
    if text.pk == article.published_revision_id:
        return STATE.PUBLISHED
    return STATE.IN_REVIEW if text.state == ArticleRevision.State.IN_REVIEW else STATE.WORK_IN_PROGRESS


def with_a_text_in(states: Collection[str], actor: Actor) -> Q:
    """Return which articles have a text in one of these states that the actor gets; all when none is named."""
    if not states:
        return Q()
    is_newer = Q(published_revision=None) | ~Q(current_revision=F("published_revision"))
    being_written = is_newer & ~Q(state=STATE.ARCHIVED)
    if not is_editor(actor):
        being_written &= Q(published_revision=None)
    in_review = Q(current_revision__state=ArticleRevision.State.IN_REVIEW)
    each = {
        STATE.PUBLISHED: Q(state=STATE.PUBLISHED),
        STATE.ARCHIVED: Q(state=STATE.ARCHIVED),
        STATE.IN_REVIEW: being_written & in_review,
        STATE.WORK_IN_PROGRESS: being_written & ~in_review,
    }
    wanted = Q(pk__in=[])
    for state in states:
        wanted |= each[STATE(state)]
    return wanted
