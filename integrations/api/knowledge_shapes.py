"""What the API says of articles, and of what is found."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from integrations.api.shapes import Shape, example
from knowledgebase.models import Article as StoredArticle


# Its own, because a shape is known by its name alone and a delivery has a state too.
class ArticleState(StrEnum):
    """How far a text of an article came."""

    WORK_IN_PROGRESS = "work_in_progress"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    ARCHIVED = "archived"


Backend = Literal["tantivy", "elasticsearch", "database"]


class FoundKind(StrEnum):
    """What can be found over the API."""

    ARTICLE = "article"
    TICKET = "ticket"
    ORGANISATION = "organisation"


class Article(Shape):
    """One text of an article: the one readers see, or for who may write it the newest.

    `state` is that of this text: “published” is what readers see, “archived” what they saw. `revision` counts the
    texts; `published_revision` is the number of the one that readers see, null as long as there is none.
    """

    model_config = example(
        slug="aanmelden-met-itsme",
        language="nl",
        title="Aanmelden met itsme",
        summary="U meldt aan met uw telefoon.",
        body_markdown="Open de **app** en bevestig.",
        body_html="<p>Open de <strong>app</strong> en bevestig.</p>",
        state="published",
        audience="public",
        applications=["loket"],
        categories=["aanmelden.itsme"],
        verify_by="2027-05-01",
        revision=3,
        published_revision=3,
        updated_at="2026-11-23T13:35:00Z",
    )

    slug: str
    language: StoredArticle.Language
    title: str
    summary: str
    body_markdown: str = Field(description="CommonMark with tables, task lists, notes and parts for some readers")
    body_html: str = Field(description="Safe HTML; an address that begins with “/” is one of this site")
    state: ArticleState
    audience: StoredArticle.Audience
    applications: list[str]
    categories: list[str]
    verify_by: date | None
    revision: int
    published_revision: int | None
    updated_at: AwareDatetime


class Feedback(Shape):
    """What was noted; `revision` is the text it is about."""

    model_config = example(helpful=False, reason="De knop heet nu anders.", revision=3)

    helpful: bool
    reason: str
    revision: int


class ArticleList(Shape):
    items: list[Article]
    next: str | None


class Found(Shape):
    """Something found. `id` is the slug of an article, the reference of a ticket, the URI of an administration."""

    model_config = example(
        kind="article",
        id="aanmelden-met-itsme",
        title="Aanmelden met itsme",
        snippet_html="Open de <mark>itsme</mark>-app en bevestig.",
        url="https://contactpunt.example/kennis/aanmelden-met-itsme/",
        score=0.72,
    )

    kind: FoundKind
    id: str
    title: str
    snippet_html: str = Field(description="Text and <mark>, nothing else")
    url: str = Field(description="The page for people")
    score: float = Field(description="How well it fits beside the best of this answer, which has 1; 0 without words")


class Advice(Shape):
    """What became of a filter that is none: it was looked for as words, or it does not hold for what was asked."""

    detail: str
    suggestions: list[str] = Field(description="The query as it may have been meant; none where that is not known")


class SearchResult(Shape):
    """What was found, the best first; `total` counts all that the caller may see, `items` holds `limit` of them."""

    items: list[Found]
    total: int
    is_guess: bool = Field(description="None of the words is known: what was found only resembles them")
    suggestion: str | None = Field(description="The query as it was probably meant")
    advice: list[Advice] = Field(description="About filters that did not hold; empty when all did")
    backend: Backend
    degraded: bool = Field(description="The database stood in for the engine: less is found, and not the best first")
