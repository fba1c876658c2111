"""What of articles can be found: the text readers see, all its parts included, by the readership it is for."""

from collections.abc import Collection, Iterator, Mapping

from django.db.models import Q
from django.urls import reverse

from helpdesk.accounts.actors import Actor
from helpdesk.search.documents import Document
from helpdesk.search.sources import Shown, Wanted
from knowledgebase.models import Article, ArticleRevision
from knowledgebase.querysets import audiences_of
from knowledgebase.rendering import plain_text
from knowledgebase.selectors import readable_articles

MICROSECONDS = 1_000_000
ENDS = (".", "?", "!", ":", ";", ",", "…")
CLOSING = "’”)\"'"


class Articles:
    kind = "article"
    narrows = False

    def ids(self) -> Iterator[int]:
        return Article.objects.published().order_by("pk").values_list("pk", flat=True).iterator()

    def documents(self, ids: Collection[int]) -> list[Document]:
        found = Article.objects.published().filter(pk__in=ids).select_related("published_revision").order_by("pk")
        return [
            _document(article, article.published_revision)
            for article in found.prefetch_related("applications", "categories")
            if article.published_revision is not None
        ]

    def audience_of(self, actor: Actor) -> frozenset[str]:
        return audiences_of(actor)

    def shown(self, actor: Actor, ids: Collection[int]) -> Mapping[int, Shown]:
        found = readable_articles(actor).filter(pk__in=ids).values_list("pk", "published_revision__title", "slug")
        return {
            pk: Shown(title=str(title), url=reverse("knowledgebase:article", args=[slug]), public_id=slug)
            for pk, title, slug in found
        }

    def matching(self, actor: Actor, wanted: Wanted) -> list[int]:
        told = Q()
        for word in wanted.words:
            told &= (
                Q(published_revision__title__icontains=word)
                | Q(published_revision__summary__icontains=word)
                | Q(published_revision__body_markdown__icontains=word)
            )
        found = readable_articles(actor).filter(told).order_by("-updated_at", "-pk")
        return list(found.values_list("pk", flat=True)[: wanted.limit])


def _document(article: Article, revision: ArticleRevision) -> Document:
    return Document(
        key=f"article:{article.pk}",
        kind="article",
        object_id=article.pk,
        version=int(article.updated_at.timestamp() * MICROSECONDS),
        title=revision.title,
        text=_sentences(f"{revision.summary}\n{plain_text(revision.body_markdown)}"),
        audience=frozenset({article.audience}),
        facets={
            "application": tuple(each.slug for each in article.applications.all()),
            "category": tuple(each.code for each in article.categories.all()),
            "language": (article.language,),
        },
    )


def _sentences(text: str) -> str:
    """End each line as a sentence ends: where a piece is shown on one line, a heading does not run into its text."""
    return "\n".join(line if line.rstrip(CLOSING).endswith(ENDS) else f"{line}." for line in text.splitlines())
