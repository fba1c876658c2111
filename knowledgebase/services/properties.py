"""What editors say about an article besides its text."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import Actor
from helpdesk.kernel.policy import RefusedError, denied, require
from helpdesk.kernel.services import Precondition, always, service
from knowledgebase import policies
from knowledgebase.content import Card, checked_slug, clean_sources
from knowledgebase.models import Article, ArticleRedirect
from knowledgebase.services.locking import locked, store


@service
def change_card(
    *, actor: Actor, article: Article, card: Card, slug: str = "", precondition: Precondition = always
) -> Article:
    """Apply everything together, another short name too; translations are for the same readers and about the same."""
    article = locked(article)
    require(policies.may_write(actor, article))
    precondition(article)
    if slug and slug != article.slug:
        article = move_article(actor=actor, article=article, slug=slug)
    article.causes, article.sources = list(card.causes), clean_sources(card.sources)
    article.owner, article.verify_by = card.owner, card.verify_by
    if article.original_id is None:
        for each in (article, *article.translations.select_for_update()):
            each.audience = card.audience
            each.applications.set(card.applications)
            each.categories.set(card.categories)
            store(each)
    else:
        store(article)
    return article


@service
def move_article(*, actor: Actor, article: Article, slug: str) -> Article:
    """Give an article another address; who comes by the old one is sent on."""
    require(policies.may_edit_all(actor))
    article, new = locked(article), checked_slug(slug)
    if new == article.slug:
        return article
    taken = Article.objects.filter(slug=new).exists()
    if taken or ArticleRedirect.objects.filter(slug=new).exclude(article=article).exists():
        raise RefusedError(denied(_("Another article has or had this name.")))
    ArticleRedirect.objects.filter(slug=new).delete()
    ArticleRedirect.objects.create(slug=article.slug, article=article)
    article.slug = new
    store(article)
    return article


@service
def verify_article(*, actor: Actor, article: Article, verify_by: date) -> Article:
    """Say that what readers see is still right, and when to look again."""
    article = locked(article)
    require(policies.may_verify(actor, article))
    if verify_by <= timezone.localdate():
        raise RefusedError(denied(_("Choose a day in the future.")))
    article.verified_on, article.verify_by = timezone.localdate(), verify_by
    store(article)
    return article
