"""Lists of articles: all a caller may read, or what search finds among those that readers see."""

from dataclasses import dataclass

from django.db.models import Q

from helpdesk.accounts.actors import Actor
from helpdesk.kernel.cursors import read_cursor, write_cursor
from helpdesk.kernel.keyset import page_of
from helpdesk.kernel.text import clean_line
from helpdesk.search.finding import FURTHEST, MOST_HITS, find
from helpdesk.search.queries import Query
from integrations.api import article_bodies as bodies
from integrations.api import knowledge_shapes as shapes
from integrations.api.article_texts import seen_by, with_a_text_in, with_parts
from integrations.api.knowledge_shapes import ArticleState
from knowledgebase.models import Article
from knowledgebase.querysets import ArticleQuerySet

# What is more than this says nothing new, and is work for the database.
MOST_WORDS = 12
# By so many places what was found may move between two pages, and so many of those shown may go, without harm.
SLACK = 20
_FOUND = "articles found"
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
    if filters.q.strip() and filters.state in ([], FOUND_BY_SEARCH):
        return _found(filters, actor)
    wished = with_a_text_in(filters.state, actor) & _holding(filters.q)
    if filters.application:
        wished &= Q(pk__in=Article.objects.filter(applications__slug=filters.application).values("pk"))
    page = page_of(_readable(actor).filter(wished), order=("pk",), limit=filters.limit, cursor=filters.cursor)
    return ArticlePage([seen_by(actor, row, states=filters.state) for row in page.rows], page.next_cursor)


def _found(filters: bodies.ArticleFilters, actor: Actor) -> ArticlePage:
    """Go on after the last of those that were shown, wherever they stand by now.

    A rank is worked out anew for each page, so there is no value of a row that could be compared.
    """
    start, shown = read_cursor(filters.cursor, of=_FOUND) if filters.cursor else (0, [])
    offset = max(0, start - SLACK)
    size = min(start - offset + filters.limit + SLACK, MOST_HITS)
    about = {"application": (filters.application,)} if filters.application else {}
    page = find(actor, Query(text=filters.q, kinds=("article",), filters=about, limit=size, offset=offset))
    ids = [hit.object_id for hit in page.hits]
    begin = max((place + 1 for place, pk in enumerate(ids) if pk in shown), default=start - offset)
    part = ids[begin : begin + filters.limit]
    is_all_seen = begin + len(part) >= len(ids)
    # What the database refused took a place as well.
    seen = offset + (size if is_all_seen else begin + len(part))
    is_more_beyond = bool(ids) and page.total > offset + len(ids) and seen < FURTHEST
    rows = _readable(actor).in_bulk(part)
    return ArticlePage(
        [seen_by(actor, rows[pk], states=FOUND_BY_SEARCH) for pk in part if pk in rows],
        write_cursor([seen, (shown + part)[-SLACK:]], of=_FOUND) if is_more_beyond or not is_all_seen else "",
    )


def _readable(actor: Actor) -> ArticleQuerySet:
    return with_parts(Article.objects.visible_to(actor))


def _holding(text: str) -> Q:
    """Look in what readers see; where that is nothing yet, in the text that its writers see."""
    words = clean_line(text).split()
    if text.strip() and not words:
        # Signs that name nothing are not asking for everything.
        return Q(pk__in=[])
    wished = Q()
    for word in words[:MOST_WORDS]:
        published, newest = Q(), Q()
        for column in _READ:
            published |= Q(**{f"published_revision__{column}__icontains": word})
            newest |= Q(**{f"current_revision__{column}__icontains": word})
        wished &= published | (Q(published_revision=None) & newest)
    return wished
