"""What an article may hold: texts made clean, rijksregisternummers masked, Markdown that can be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import User
from helpdesk.catalogue.models import Application, Category
from helpdesk.kernel.policy import RefusedError, denied
from helpdesk.kernel.redaction import mask_national_numbers
from helpdesk.kernel.text import clean_line, clean_text
from knowledgebase.models import SLUG_LENGTH, SUMMARY_LENGTH, TITLE_LENGTH, Article, ArticleDraft, ArticleRevision
from knowledgebase.parsing import problems

BODY_LENGTH = 100_000
REASON_LENGTH = 1000
COMMENT_LENGTH = 300
# Addresses below /kennis/ that are pages of ours.
RESERVED_SLUGS = frozenset({"redactie", "beeld", "nieuw", "zoeken", "feed", "sitemap", "hiaten", "synoniemen"})


@dataclass(frozen=True, kw_only=True)
class Text:
    """What readers read."""

    title: str
    summary: str
    body_markdown: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """What an article is about, for whom, and who looks after it."""

    audience: str = Article.Audience.PUBLIC
    applications: Sequence[Application] = ()
    categories: Sequence[Category] = ()
    causes: Sequence[str] = ()
    sources: Sequence[str] = ()
    owner: User | None = None
    verify_by: date | None = None


@dataclass(frozen=True)
class Place:
    """Where somebody types: an article, a translation of it that is begun, or the new article with this key."""

    article: Article | None = None
    language: str = ""
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Typing:
    """An open page on which somebody types: where, which page it is, and the version of what was kept that it shows."""

    place: Place
    page: str = ""
    kept: str = ""


def text_of(written: ArticleRevision | ArticleDraft) -> Text:
    return Text(title=written.title, summary=written.summary, body_markdown=written.body_markdown)


def checked(text: Text) -> Text:
    """Return the text as it may be stored, or refuse it with what its writer must mend."""
    clean = Text(
        title=_within(clean_line(text.title), TITLE_LENGTH, _("Give a title.")),
        summary=_within(clean_line(text.summary), SUMMARY_LENGTH, _("Say in a few sentences what it is about.")),
        body_markdown=_within(clean_text(text.body_markdown), BODY_LENGTH, _("Write the text.")),
    )
    if wrong := problems(clean.body_markdown):
        raise RefusedError(denied(str(wrong[0])))
    return clean


def checked_slug(wanted: str) -> str:
    """Return a name that can stand in an address, or refuse it."""
    slug = slugify(mask_national_numbers(wanted)[0])[:SLUG_LENGTH].strip("-")
    if not slug:
        raise RefusedError(denied(_("Give a short name of letters and digits.")))
    if slug in RESERVED_SLUGS:
        raise RefusedError(denied(_("“%(slug)s” is the name of a page of ours. Choose another.") % {"slug": slug}))
    return slug


def clean_comment(text: str) -> str:
    return mask_national_numbers(clean_line(text))[0][:COMMENT_LENGTH]


def clean_sources(lines: Sequence[str]) -> list[str]:
    """Return the sources as readers may see them."""
    return [source for source in (mask_national_numbers(clean_line(line))[0] for line in lines) if source]


def clean_reason(text: str) -> str:
    return mask_national_numbers(clean_text(text))[0][:REASON_LENGTH]


def _within(text: str, longest: int, when_empty: str | Promise) -> str:
    masked = mask_national_numbers(text)[0]
    if not masked:
        raise RefusedError(denied(when_empty))
    if len(masked) > longest:
        raise RefusedError(denied(_("At most %(longest)d characters.") % {"longest": longest}))
    return masked
