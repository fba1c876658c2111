"""Which articles an answer was given with."""

from django.db.models import Q

from helpdesk.accounts.actors import Actor
from helpdesk.tickets.models import Message
from knowledgebase.links import article_link
from knowledgebase.selectors import readable_articles
from knowledgebase.services import record_use


def count_articles(actor: Actor, message: Message, body: str) -> None:
    """Count each of our articles whose address stands in an answer, as far as its writer may read it."""
    slugs = {slug for _path, slug in article_link().findall(body)}
    if not slugs:
        return
    named = Q(slug__in=slugs) | Q(redirects__slug__in=slugs)
    for article in readable_articles(actor).filter(named).distinct():
        record_use(actor=actor, article=article, where=f"message:{message.pk}")
