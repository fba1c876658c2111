"""New articles and new texts of articles."""

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import Actor, PersonActor
from helpdesk.kernel.policy import RefusedError, denied, require
from helpdesk.kernel.services import Precondition, always, service
from knowledgebase import policies
from knowledgebase.content import (
    RESERVED_SLUGS,
    Card,
    Text,
    Typing,
    checked,
    checked_slug,
    clean_comment,
    clean_sources,
    text_of,
)
from knowledgebase.models import SLUG_LENGTH, Article, ArticleRevision
from knowledgebase.office import begun_at
from knowledgebase.selectors import is_taken
from knowledgebase.services.conflicts import RevisionConflictError
from knowledgebase.services.drafts import forget_draft, hold
from knowledgebase.services.locking import locked, store
from knowledgebase.services.taking_back import take_back_submitted
from knowledgebase.workflow import text_to_translate

STATE = Article.State
NO_CARD = Card()
NAME_IS_TAKEN = _("Another article has or had this name.")


@service
def write_draft(  # noqa: PLR0913 - a new article has this many sides, all named by the caller
    *,
    actor: Actor,
    text: Text,
    card: Card = NO_CARD,
    slug: str = "",
    language: str = Article.Language.NL,
    original: Article | None = None,
    follows: int | None = None,
    typing: Typing | None = None,
) -> Article:
    """Begin an article, or a translation of one, which is for the readers of its original.

    `slug` is the name it must have; without one it is made of the title. `follows`: the number of the text that was
    translated, where its translator saw another than the one to translate now. `typing`: the page it was typed on,
    which begins one article however often it is sent; `TextConflictError` is as for `keep_draft`.
    """
    require(policies.may_draft(actor) if original is None else policies.may_edit_all(actor))
    clean = checked(text)
    if there := _settle(actor, typing, clean):
        return there
    article = Article(slug=_named(slug) if slug else _free_slug(clean.title), language=language, original=original)
    _fill(article, original, card)
    article.begun_by_id = actor.user_id if isinstance(actor, PersonActor) else None
    article.begun_as = typing.place.key if typing else ""
    if article.owner_id is None:
        article.owner_id = article.begun_by_id
    _insert(article)
    article.applications.set(original.applications.all() if original else card.applications)
    article.categories.set(original.categories.all() if original else card.categories)
    _add_revision(
        actor,
        article,
        clean,
        ArticleRevision.Significance.MAJOR,
        translated_from=_translated(original, follows) if original else None,
    )
    return article


@service
def save_revision(  # noqa: PLR0913 - a new text has this many sides, all named by the caller
    *,
    actor: Actor,
    article: Article,
    text: Text,
    based_on: int,
    significance: str = ArticleRevision.Significance.MEDIUM,
    comment: str = "",
    follows: int | None = None,
    typing: Typing | None = None,
    precondition: Precondition = always,
) -> ArticleRevision:
    """Keep a new text, written on top of revision number `based_on`; readers see it once it is approved.

    A text that is the newest already makes no other. `follows` and `typing` are as for `write_draft`.

    Raises `RevisionConflictError` when that is no longer the newest: whoever writes must have seen what others wrote.
    """
    article = locked(article)
    precondition(article)
    require(policies.may_write(actor, article))
    current, clean = _current(article), checked(text)
    is_saved = clean == text_of(current)
    # Who saves twice, because the answer was long in coming, wrote nothing over.
    if current.number != based_on and not is_saved:
        raise RevisionConflictError(current)
    _settle(actor, typing, clean)
    if is_saved:
        return current
    take_back_submitted(article)
    return _add_revision(
        actor,
        article,
        clean,
        significance,
        comment=comment,
        based_on=current,
        translated_from=_follows(article, current, significance, follows),
    )


@service
def restore_revision(*, actor: Actor, article: Article, number: int) -> ArticleRevision:
    """Make an older text the newest again, as a draft; nothing that was written since is lost."""
    article = locked(article)
    require(policies.may_write(actor, article))
    older = article.revisions.get(number=number)
    take_back_submitted(article)
    return _add_revision(
        actor,
        article,
        text_of(older),
        ArticleRevision.Significance.MEDIUM,
        comment=str(_("Text of revision %(number)d") % {"number": number}),
        based_on=older,
        translated_from=older.translated_from,
    )


def _fill(article: Article, original: Article | None, card: Card) -> None:
    article.audience = original.audience if original else card.audience
    article.causes = list(card.causes)
    article.sources = clean_sources(card.sources)
    article.owner = card.owner
    article.verify_by = card.verify_by
    if (original is None) != (article.language == Article.Language.NL):
        raise RefusedError(denied(_("Every article begins in Dutch; other languages are translations of it.")))
    if original and (original.original_id or original.translations.filter(language=article.language).exists()):
        raise RefusedError(denied(_("There is a translation in this language already.")))


def _follows(
    article: Article, current: ArticleRevision, significance: str, number: int | None
) -> ArticleRevision | None:
    """Return of which Dutch text a new one is the translation: who corrects spelling looked at no newer one."""
    if article.original is None or significance == ArticleRevision.Significance.TYPO:
        return current.translated_from
    return _translated(article.original, number)


def _translated(original: Article, number: int | None) -> ArticleRevision | None:
    seen = original.revisions.filter(number=number).first() if number is not None else None
    return seen or text_to_translate(original)


def _add_revision(  # noqa: PLR0913 - as many as a new text has sides
    actor: Actor,
    article: Article,
    text: Text,
    significance: str,
    *,
    comment: str = "",
    based_on: ArticleRevision | None = None,
    translated_from: ArticleRevision | None = None,
) -> ArticleRevision:
    newest = article.revisions.order_by("-number").values_list("number", flat=True).first()
    revision = ArticleRevision.objects.create(
        article=article,
        number=(newest or 0) + 1,
        title=text.title,
        summary=text.summary,
        body_markdown=text.body_markdown,
        significance=significance,
        comment=clean_comment(comment),
        author_id=actor.user_id if isinstance(actor, PersonActor) else None,
        based_on=based_on,
        translated_from=translated_from,
    )
    article.current_revision = revision
    if article.state == STATE.IN_REVIEW:
        article.state = STATE.WORK_IN_PROGRESS
    store(article)
    return revision


def _current(article: Article) -> ArticleRevision:
    if article.current_revision is None:
        raise RuntimeError(f"article {article.pk} has no text")
    return article.current_revision


def _settle(actor: Actor, typing: Typing | None, text: Text) -> Article | None:
    """Let go of what was kept while it was typed; return the article when that was begun with this text already."""
    if typing is None or not isinstance(actor, PersonActor):
        return None
    hold(actor, typing.place)
    forget_draft(actor, typing, text)
    return begun_at(actor, typing.place)


def _insert(article: Article) -> None:
    """Write a new article; somebody may have taken its name since we looked."""
    try:
        with transaction.atomic():
            article.save(force_insert=True)
    except IntegrityError as error:
        if is_taken(article.slug):
            raise RefusedError(denied(NAME_IS_TAKEN)) from error
        raise


def _named(wanted: str) -> str:
    slug = checked_slug(wanted)
    if is_taken(slug):
        raise RefusedError(denied(NAME_IS_TAKEN))
    return slug


def _free_slug(title: str) -> str:
    """Return a name made of the title, with a number when that is taken."""
    base = checked_slug(f"{title} artikel" if slugify(title) in RESERVED_SLUGS else title)
    slug, number = base, 1
    while is_taken(slug):
        number += 1
        slug = f"{base[: SLUG_LENGTH - 5]}-{number}"
    return slug
