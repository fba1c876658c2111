"""Lists of articles: all a caller may read, or what search finds among those that readers see."""

from dataclasses import dataclass

from django.db.models import Q

from helpdesk.accounts.actors import Actor
from helpdesk.kernel.keyset import page_of
from helpdesk.search.finding import FURTHEST, find
from helpdesk.search.queries import Query
from integrations.api import article_bodies as bodies
from integrations.api import knowledge_shapes as shapes
from integrations.api.article_texts import seen_by, with_a_text_in, with_parts
from integrations.api.knowledge_shapes import ArticleState
from integrations.api.paging import cursor_at, start_of
from knowledgebase.models import Article
from knowledgebase.querysets import ArticleQuerySet

# What is more than this says nothing new, and is work for the database.
MOST_WORDS = 12
FOUND_BY_SEARCH = [ArticleState.PUBLISHED]
_READ = ("title", "summary", "body_markdown")


@dataclass(frozen=True)
class ArticlePage:
    """Articles as the caller gets them; `next_cursor` is "" on the last page."""

    items: list[shapes.Article]
    next_cursor: str


def articles_page(filters: bodies.ArticleFilters, *, actor: Actor) -> ArticlePage:
    """Return a page of what the actor may read and meets every filter: the best first with words, else the oldest.

    Search knows the texts that readers see. Other texts are looked through for each of the words.
    """
    if filters.q and filters.state in ([], FOUND_BY_SEARCH):
        return _found(filters, actor)
    wished = with_a_text_in(filters.state, actor) & _holding(filters.q)
    if filters.application:
        wished &= Q(pk__in=Article.objects.filter(applications__slug=filters.application).values("pk"))
    page = page_of(_readable(actor).filter(wished), order=("pk",), limit=filters.limit, cursor=filters.cursor)
    return ArticlePage([seen_by(actor, row, states=filters.state) for row in page.rows], page.next_cursor)


def _found(filters: bodies.ArticleFilters, actor: Actor) -> ArticlePage:
    start = start_of(filters.cursor)
    about = {"application": (filters.application,)} if filters.application else {}
    page = find(actor, Query(text=filters.q, kinds=("article",), filters=about, limit=filters.limit, offset=start))
    rows = _readable(actor).in_bulk([hit.object_id for hit in page.hits])
    found = [rows[hit.object_id] for hit in page.hits if hit.object_id in rows]
    end = start + filters.limit
    return ArticlePage(
        [seen_by(actor, row, states=FOUND_BY_SEARCH) for row in found],
        cursor_at(end) if end < min(page.total, FURTHEST) else "",
    )


def _readable(actor: Actor) -> ArticleQuerySet:
    return with_parts(Article.objects.visible_to(actor))


def _holding(text: str) -> Q:
    """Look in what readers see; where that is nothing yet, in the text that its writers see."""
    wished = Q()
    for word in text.split()[:MOST_WORDS]:
        published, newest = Q(), Q()
        for column in _READ:
            published |= Q(**{f"published_revision__{column}__icontains": word})
            newest |= Q(**{f"current_revision__{column}__icontains": word})
        wished &= published | (Q(published_revision=None) & newest)
    return wished
