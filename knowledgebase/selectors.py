"""Reading articles."""

from helpdesk.accounts.actors import Actor
from knowledgebase.models import Article
from knowledgebase.querysets import ArticleQuerySet

SHOWN = ("published_revision", "current_revision")


def readable_articles(actor: Actor) -> ArticleQuerySet:
    """Return the published articles the actor may read, each with the text that readers see."""
    return Article.objects.published().visible_to(actor).select_related("published_revision")


def article_for(actor: Actor, slug: str) -> Article:
    """Return the article of this name as the actor may see it; for editors also what is not published."""
    return Article.objects.visible_to(actor).select_related(*SHOWN).get(slug=slug)


def new_slug_of(actor: Actor, slug: str) -> str | None:
    """Return where an article went that bore this name, when the actor may see it."""
    moved = Article.objects.visible_to(actor).filter(redirects__slug=slug)
    return moved.values_list("slug", flat=True).first()
