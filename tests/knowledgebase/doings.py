"""What editors do with an article, and what its readers then see."""

from helpdesk.accounts.actors import Visitor
from knowledgebase import services
from knowledgebase.content import Text
from knowledgebase.models import ArticleRevision
from knowledgebase.selectors import readable_articles
from tests import factories

TEXT = Text(title="Aanmelden met eID", summary="Zo gaat het.", body_markdown="Steek uw kaart in.")
SIGNIFICANCE = ArticleRevision.Significance


def save(actor, article, title=None, **values):
    article.refresh_from_db()
    title = title or f"Nieuwe titel na {article.current_revision.number}"
    return services.save_revision(
        actor=actor, article=article, text=factories.text(title), based_on=article.current_revision.number, **values
    )


def publish(actor, article):
    services.submit_for_review(actor=actor, article=article)
    services.approve(actor=actor, article=article)


def title_readers_see(article) -> str | None:
    found = readable_articles(Visitor()).filter(pk=article.pk).first()
    return found.published_revision.title if found else None
