"""Bringing the articles the product ships (`data/articles/`) into the database, again and again.

Each file is one article: TOML between two lines of `+++`, then its Markdown; the name of the file is its address. What
an editor changed stays: a newer file changes the text only where the last import wrote it, and each field of the card
only where it still is as the last import left it.
"""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from helpdesk.accounts.actors import Actor
from helpdesk.catalogue.models import Application, Category
from helpdesk.kernel.policy import RefusedError, require
from helpdesk.kernel.services import service
from knowledgebase import policies
from knowledgebase.content import Card, Text
from knowledgebase.models import Article
from knowledgebase.selectors import is_taken
from knowledgebase.services import approve, change_card, save_revision, submit_for_review, write_draft

DATA = Path(__file__).parent / "data" / "articles"
FENCE = "+++\n"
REQUIRED = frozenset({"title", "summary", "audience", "applications", "categories", "verify_by", "sources"})
KNOWN = REQUIRED | {"causes"}
CARD = ("audience", "applications", "categories", "causes", "sources", "verify_by")

# What an import keeps of a file: its name, its digests and its card.
Note = dict[str, Any]


class ShippedFileError(Exception):
    """A file that ships is wrong; the text says which and why."""


@dataclass(frozen=True, kw_only=True)
class ShippedArticle:
    """What one file says; `digest` is of all of it, `text_digest` of what readers read."""

    slug: str
    text: Text
    card: Mapping[str, Any]
    digest: str
    text_digest: str


@dataclass(frozen=True, kw_only=True)
class Imported:
    created: int
    updated: int
    unchanged: int
    kept: int


@service
def import_articles(*, actor: Actor, shipped: Sequence[ShippedArticle] | None = None) -> Imported:
    """Publish what is new, bring up to date what nobody changed, and keep what an editor made of the rest."""
    require(policies.may_edit_all(actor))
    given = shipped_articles() if shipped is None else shipped
    stored = _shipped_before()
    outcomes = [_import(actor, each, stored.get(each.slug)) for each in given]
    return Imported(**{field.name: outcomes.count(field.name) for field in fields(Imported)})


def shipped_articles(folder: Path = DATA) -> list[ShippedArticle]:
    return [read_file(path) for path in sorted(folder.glob("*.md"))]


def read_file(path: Path) -> ShippedArticle:
    try:
        return _parsed(path.stem, path.read_text(encoding="utf-8"))
    except (ValueError, tomllib.TOMLDecodeError) as error:
        raise ShippedFileError(f"{path.name}: {error}") from error


def _parsed(slug: str, content: str) -> ShippedArticle:
    opening, _fence, rest = content.partition(FENCE)
    front, fence, body = rest.partition(FENCE)
    if opening.strip() or not fence:
        raise ValueError("it does not begin with TOML between two lines of +++")
    said = tomllib.loads(front)
    if missing := REQUIRED - said.keys():
        raise ValueError(f"{', '.join(sorted(missing))} is missing")
    if unknown := said.keys() - KNOWN:
        raise ValueError(f"{', '.join(sorted(unknown))} is unknown")
    if said["audience"] not in Article.Audience.values:
        raise ValueError(f"“{said['audience']}” is no audience")
    if not isinstance(said["verify_by"], date):
        raise ValueError("verify_by is no date")  # noqa: TRY004 - whoever wrote the file reads it with the rest
    return ShippedArticle(
        slug=slug,
        text=Text(title=said["title"], summary=said["summary"], body_markdown=body.strip()),
        card={name: _plain(said.get(name, [])) for name in CARD},
        digest=_digest(content),
        text_digest=_digest("\0".join((said["title"], said["summary"], body.strip()))),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _plain(value: Any) -> Any:
    """Return a value as JSON keeps it, so that it can be compared with what was kept."""
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, list) else value


def _shipped_before() -> dict[str, Note]:
    """Return what was imported before, by the name of its file: an editor may have moved the article."""
    notes = Article.objects.filter(shipped__isnull=False).values_list("shipped", flat=True)
    return {note["slug"]: note for note in notes if note is not None}


def _import(actor: Actor, given: ShippedArticle, before: Note | None) -> str:
    if before is not None and before["digest"] == given.digest:
        return "unchanged"
    try:
        return _create(actor, given) if before is None else _update(actor, given, before)
    except RefusedError as error:
        raise ShippedFileError(f"{given.slug}: {error}") from error


def _create(actor: Actor, given: ShippedArticle) -> str:
    if is_taken(given.slug):
        return "kept"
    article = write_draft(actor=actor, text=given.text, card=_card(given.card), slug=given.slug)
    _publish(actor, article)
    _note(article, given)
    return "created"


def _update(actor: Actor, given: ShippedArticle, before: Note) -> str:
    article = Article.objects.select_related("current_revision").get(shipped__slug=given.slug)
    current = article.current_revision
    is_ours = current is not None and current.is_shipped and article.is_published
    changed_card = _merged_card(article, given, before["card"])
    if is_ours and changed_card is not None:
        change_card(actor=actor, article=article, card=changed_card)
    is_new_text = before["text_digest"] != given.text_digest
    if is_ours and is_new_text and current is not None:
        save_revision(actor=actor, article=article, text=given.text, based_on=current.number)
        _publish(actor, article)
    _note(article, given)
    return "updated" if is_ours else "kept"


def _publish(actor: Actor, article: Article) -> None:
    submit_for_review(actor=actor, article=article)
    revision = approve(actor=actor, article=article)
    article.revisions.filter(pk=revision.pk).update(is_shipped=True)


def _note(article: Article, given: ShippedArticle) -> None:
    shipped = {"slug": given.slug, "digest": given.digest, "text_digest": given.text_digest, "card": dict(given.card)}
    Article.objects.filter(pk=article.pk).update(shipped=shipped)


def _merged_card(article: Article, given: ShippedArticle, then: Mapping[str, Any]) -> Card | None:
    """Return the card with what the file changed where nobody else did; None when that is nothing."""
    now = _card_now(article)
    merged = {name: given.card[name] if now[name] == then.get(name) else now[name] for name in CARD}
    return None if merged == now else _card(merged, article)


def _card_now(article: Article) -> dict[str, Any]:
    values = {name: _plain(getattr(article, name)) for name in CARD if name not in {"applications", "categories"}}
    return {
        **values,
        "applications": sorted(article.applications.values_list("slug", flat=True)),
        "categories": sorted(article.categories.values_list("code", flat=True)),
    }


def _card(values: Mapping[str, Any], article: Article | None = None) -> Card:
    applications = Application.objects.filter(slug__in=values["applications"])
    categories = Category.objects.filter(code__in=values["categories"])
    known = {*applications.values_list("slug", flat=True), *categories.values_list("code", flat=True)}
    if unknown := {*values["applications"], *values["categories"]} - known:
        raise ShippedFileError(f"the catalogue does not know {', '.join(sorted(unknown))}")
    return Card(
        audience=values["audience"],
        applications=list(applications),
        categories=list(categories),
        causes=values["causes"],
        sources=values["sources"],
        owner=article.owner if article else None,
        verify_by=date.fromisoformat(values["verify_by"]) if values["verify_by"] else None,
    )
