"""What may be sent about articles."""

import re
from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BeforeValidator, ConfigDict, Field, StrictBool

from integrations.api.bodies import FIRST_YEAR, LAST_YEAR, Code, Paging, RequestBody, absent, cleaned
from integrations.api.knowledge_shapes import ArticleState
from integrations.api.validation import refused_value
from knowledgebase.content import BODY_LENGTH, COMMENT_LENGTH, REASON_LENGTH, Text, checked, checked_slug
from knowledgebase.models import SLUG_LENGTH, SUMMARY_LENGTH, TITLE_LENGTH, Article, ArticleRevision

LARGEST_REVISION = 2**31 - 1
MOST_SUBJECTS = 100
_FILLED = "-"


def _title(text: str) -> str:
    return checked(Text(title=text, summary=_FILLED, body_markdown=_FILLED)).title


def _summary(text: str) -> str:
    return checked(Text(title=_FILLED, summary=text, body_markdown=_FILLED)).summary


def _markdown(text: str) -> str:
    return checked(Text(title=_FILLED, summary=_FILLED, body_markdown=text)).body_markdown


def _ignored() -> Any:
    """Take what an article says of itself, so that it can be sent back as it was read; it is not looked at."""
    return Field(default=None, description="Not looked at")


def _day(value: Any) -> date | None:
    """Read days only as RFC 3339 writes them; pydantic would take seconds since 1970 too."""
    if value is None:
        return None
    try:
        day = date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else None
    except (TypeError, ValueError):
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise refused_value(_("Give a day, such as 2027-05-01."))
    return day


Title = Annotated[str, Field(min_length=1, max_length=TITLE_LENGTH), cleaned(_title)]
Summary = Annotated[str, Field(min_length=1, max_length=SUMMARY_LENGTH), cleaned(_summary)]
Markdown = Annotated[str, Field(min_length=1, max_length=BODY_LENGTH), cleaned(_markdown)]
Slug = Annotated[str, Field(min_length=1, max_length=SLUG_LENGTH), cleaned(checked_slug)]
Codes = Annotated[list[Code], Field(max_length=MOST_SUBJECTS)]
Day = Annotated[date | None, BeforeValidator(_day)]
Revision = Annotated[int, Field(ge=1, le=LARGEST_REVISION, strict=True)]


class NewArticle(RequestBody):
    """An article and its first text."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Aanmelden met itsme",
                    "summary": "U meldt aan met uw telefoon.",
                    "body_markdown": "Open de **app** en bevestig.",
                    "applications": ["loket"],
                    "state": "in_review",
                }
            ]
        }
    )

    title: Title
    summary: Summary
    body_markdown: Markdown
    slug: Slug | None = Field(
        default=None, description="Made of the title when absent, with a number when that is taken"
    )
    audience: Article.Audience = Article.Audience.PUBLIC
    applications: Codes = []
    categories: Codes = []
    verify_by: Day = None
    state: ArticleState = Field(default=ArticleState.WORK_IN_PROGRESS, description="How far it should come")


class ArticleText(RequestBody):
    """The article as it should be. A field that is absent stays as it is; an article may be sent as it was read."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Aanmelden met itsme",
                    "summary": "U meldt aan met uw telefoon.",
                    "body_markdown": "Open de **app**, kijk de code na en bevestig.",
                    "revision": 3,
                    "state": "in_review",
                    "significance": "medium",
                    "comment": "De code nakijken",
                }
            ]
        }
    )

    title: Title
    summary: Summary
    body_markdown: Markdown
    audience: Article.Audience = absent()
    applications: Codes = absent()
    categories: Codes = absent()
    verify_by: Day = absent()
    state: ArticleState = absent("What should become of this text: kept, handed in or published; or archived")
    revision: Revision = absent("The text that this one was written on; 412 when there is a newer one")
    significance: ArticleRevision.Significance = ArticleRevision.Significance.MEDIUM
    comment: Annotated[str, Field(max_length=COMMENT_LENGTH)] = Field(default="", description="What changed, in short")
    slug: Code = absent("The name in the address; another is refused")
    language: Any = _ignored()
    body_html: Any = _ignored()
    published_revision: Any = _ignored()
    updated_at: Any = _ignored()


class NewFeedback(RequestBody):
    """Whether an article helped."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"helpful": False, "reason": "De knop heet nu anders.", "revision": 3}]}
    )

    helpful: StrictBool
    reason: Annotated[str, Field(max_length=REASON_LENGTH)] = ""
    revision: Revision = absent("The text that was read; without it the one that readers see now")


class ArticleFilters(Paging):
    """What a list of articles is narrowed down by."""

    q: str = Field(default="", description="Words: the best first, as search finds them")
    application: Code | None = None
    state: list[ArticleState] = Field(default=[], description="May be repeated")
