"""Reading articles."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from helpdesk.accounts.actors import Actor
from helpdesk.catalogue.models import Application, Category
from knowledgebase.models import Article, ArticleRedirect, ArticleRevision
from knowledgebase.querysets import ArticleQuerySet

SHOWN = ("published_revision", "current_revision")
RECENTLY = timedelta(days=90)
SIGNIFICANCE = ArticleRevision.Significance
DUTCH = Article.Language.NL


@dataclass(frozen=True)
class Subject:
    """Something there are articles about: a theme by its code, an application by its slug."""

    key: str
    label: str
    count: int


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


def is_taken(slug: str) -> bool:
    """Say whether an article has or had this name, whoever may see it."""
    return Article.objects.filter(slug=slug).exists() or ArticleRedirect.objects.filter(slug=slug).exists()


def articles_about(actor: Actor, *, theme: str = "", application: str = "", language: str = DUTCH) -> QuerySet[Article]:
    """Return what the actor may read in a language, by title."""
    found = readable_articles(actor).defer("published_revision__body_markdown").filter(language=language)
    if theme:
        categories = Category.objects.filter(Q(code=theme) | Q(parent__code=theme))
        found = found.filter(categories__in=categories)
    if application:
        found = found.filter(applications__slug=application)
    return found.order_by("published_revision__title", "pk").distinct()


def themes(actor: Actor) -> list[Subject]:
    """Return the themes of which the actor may read something (one query)."""
    readable = readable_articles(actor).filter(language=DUTCH).values("pk")
    found = (
        Category.objects.filter(articles__in=readable)
        .values(theme=Coalesce("parent__code", "code"), name=Coalesce("parent__label", "label"))
        .annotate(number=Count("articles", distinct=True))
        .order_by("name")
    )
    return [Subject(row["theme"], row["name"], row["number"]) for row in found]


def applications_with_articles(actor: Actor) -> list[Subject]:
    readable = readable_articles(actor).filter(language=DUTCH).values("pk")
    found = Application.objects.filter(articles__in=readable).annotate(number=Count("articles"))
    return [Subject(*row) for row in found.order_by("name").values_list("slug", "name", "number")]


def most_used(actor: Actor, limit: int) -> list[Article]:
    """Return the articles with which most answers were given lately."""
    lately = Q(uses__at__gt=timezone.now() - RECENTLY)
    counted = _ids(actor).filter(lately, language=DUTCH).annotate(number=Count("uses", filter=lately))
    return _in_order(actor, counted.order_by("-number", "pk")[:limit])


def related_articles(actor: Actor, article: Article, limit: int) -> list[Article]:
    """Return what is about the same, the most alike first."""
    categories = [each.pk for each in article.categories.all()]
    applications = [each.pk for each in article.applications.all()]
    found = _ids(actor).filter(language=article.language).exclude(pk=article.pk)
    alike = found.filter(Q(categories__in=categories) | Q(applications__in=applications)).annotate(
        shared_categories=Count("categories", filter=Q(categories__in=categories), distinct=True),
        shared_applications=Count("applications", filter=Q(applications__in=applications), distinct=True),
    )
    return _in_order(actor, alike.order_by("-shared_categories", "-shared_applications", "pk")[:limit])


def with_opinions(articles: QuerySet[Article]) -> QuerySet[Any]:
    """Count of each how many `votes` its text got, and how many of them said that it was `helpful`.

    A text whose spelling was corrected is still that text.
    """
    up_to = Q(number__lte=OuterRef("published_revision__number"))
    written = ArticleRevision.objects.filter(up_to, article=OuterRef("pk")).exclude(significance=SIGNIFICANCE.TYPO)
    since = Subquery(written.order_by("-number").values("number")[:1])
    of_this_text = Q(revisions__number__gte=F("since"), revisions__number__lte=F("published_revision__number"))
    said = "revisions__feedback"
    return articles.annotate(since=since).annotate(
        votes=Count(said, filter=of_this_text),
        helpful=Count(said, filter=of_this_text & Q(**{f"{said}__helpful": True})),
    )


def variants(actor: Actor, article: Article) -> list[Article]:
    """Return the article in all languages the actor can read it in, Dutch first; itself is among them."""
    root = article.original_id or article.pk
    found = readable_articles(actor).filter(Q(pk=root) | Q(original=root))
    return sorted(found, key=lambda each: Article.Language.values.index(each.language))


def _ids(actor: Actor) -> QuerySet[Article, int]:
    """Return what is readable by its keys alone: a database that counts must not group by whole texts."""
    return Article.objects.published().visible_to(actor).values_list("pk", flat=True)


def _in_order(actor: Actor, ids: Iterable[int]) -> list[Article]:
    keys = list(ids)
    found = readable_articles(actor).defer("published_revision__body_markdown").in_bulk(keys)
    return [found[key] for key in keys if key in found]


def newest_articles(actor: Actor, limit: int) -> Iterable[Article]:
    return readable_articles(actor).order_by(F("published_at").desc(), "-pk")[:limit]
