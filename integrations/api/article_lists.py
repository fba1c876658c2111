"""Lists of articles: all a caller may read, or those that hold certain words."""

from django.db.models import Q

from helpdesk.accounts.actors import Actor
from helpdesk.kernel.keyset import Page, page_of
from integrations.api import article_bodies as bodies
from integrations.api.article_texts import with_a_text_in, with_parts
from knowledgebase.models import Article

# What is more than this says nothing new, and is work for the database.
MOST_WORDS = 12
_READ = ("title", "summary", "body_markdown")


def articles_page(filters: bodies.ArticleFilters, *, actor: Actor) -> Page[Article]:
    """Return a page of what the actor may read and meets every filter, in the order in which it was begun."""
    wished = with_a_text_in(filters.state, actor) & _holding(filters.q)
    if filters.application:
        wished &= Q(pk__in=Article.objects.filter(applications__slug=filters.application).values("pk"))
    found = with_parts(Article.objects.visible_to(actor)).filter(wished)
    return page_of(found, order=("pk",), limit=filters.limit, cursor=filters.cursor)


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
