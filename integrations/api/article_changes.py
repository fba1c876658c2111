"""From the body of a PUT to a new text, another card and another state: all of it or nothing."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import PersonActor, ServiceActor
from helpdesk.catalogue.models import Application, Category
from helpdesk.kernel.policy import RefusedError, require
from integrations.api import article_bodies as bodies
from integrations.api.article_texts import state_of, with_parts
from integrations.api.problems import FieldError, unprocessable, wrong
from knowledgebase import policies, services
from knowledgebase.content import Card, Text
from knowledgebase.models import Article, ArticleRevision
from knowledgebase.services.locking import locked

Caller = PersonActor | ServiceActor
Row = TypeVar("Row", bound=Model)
STATE = Article.State
_ON_THE_CARD = ("audience", "applications", "categories", "verify_by")


def begin_article(new: bodies.NewArticle, *, actor: Caller) -> Article:
    """Begin an article inside the caller's transaction, and bring it as far as was asked."""
    require(policies.may_draft(actor))
    card = Card(
        audience=new.audience,
        applications=_called(new.applications, Application.objects.filter(is_active=True), "slug", "applications"),
        categories=_called(new.categories, Category.objects.filter(is_active=True), "code", "categories"),
        verify_by=new.verify_by,
    )
    text = Text(title=new.title, summary=new.summary, body_markdown=new.body_markdown)
    try:
        article = services.write_draft(actor=actor, text=text, card=card, slug=new.slug or "")
    except RefusedError as refusal:
        # The name is taken, or of a title without letters none can be made.
        raise wrong("/slug", str(refusal)) from refusal
    _bring_to(new.state, article, actor)
    return as_it_is_now(article)


def rewrite_article(
    body: bodies.ArticleText, *, article: Article, actor: Caller, precondition: Callable[[Article], None]
) -> Article:
    """Make the article what was sent; `precondition` sees it as it is now, locked."""
    with transaction.atomic():
        article = as_it_is_now(locked(article))
        precondition(article)
        require(policies.may_write(actor, article))
        _require_own_name(body, article)
        card = _card_of(body, article)
        _write(body, article, actor)
        if card is not None:
            services.change_card(actor=actor, article=article, card=card)
        if "state" in body.model_fields_set:
            _bring_to(body.state, article, actor)
    return as_it_is_now(article)


def as_it_is_now(article: Article) -> Article:
    """Return the article just changed or locked, also when its changer may not see it any more."""
    return with_parts(Article.objects.filter(pk=article.pk)).get()


def _require_own_name(body: bodies.ArticleText, article: Article) -> None:
    if "slug" in body.model_fields_set and body.slug != article.slug:
        raise wrong("/slug", _("An article gets another name on its page, not here."))


def _write(body: bodies.ArticleText, article: Article, actor: Caller) -> None:
    """Keep the text when it is another than the newest; what changes nothing makes no revision."""
    newest = _newest(article)
    based_on = body.revision if "revision" in body.model_fields_set else newest.number
    if based_on != newest.number:
        raise services.RevisionConflictError(newest)
    text = Text(title=body.title, summary=body.summary, body_markdown=body.body_markdown)
    if text == Text(title=newest.title, summary=newest.summary, body_markdown=newest.body_markdown):
        return
    services.save_revision(
        actor=actor,
        article=article,
        text=text,
        based_on=based_on,
        significance=body.significance,
        comment=body.comment,
    )


def _card_of(body: bodies.ArticleText, article: Article) -> Card | None:
    """Return the card that was sent, None when it is the one there is."""
    applications, categories = list(article.applications.all()), list(article.categories.all())
    now: dict[str, Any] = {
        "audience": article.audience,
        "applications": sorted(application.slug for application in applications),
        "categories": sorted(category.code for category in categories),
        "verify_by": article.verify_by,
    }
    sent = {name: _as_set(getattr(body, name)) for name in _ON_THE_CARD if name in body.model_fields_set}
    changed = {name for name, value in sent.items() if value != now[name]}
    if not changed:
        return None
    if article.original_id is not None and changed != {"verify_by"}:
        raise wrong(f"/{min(changed - {'verify_by'})}", _("A translation is about the same, for the same readers."))
    if "applications" in changed:
        # One that is no longer in use may stay.
        in_use = Application.objects.filter(is_active=True) | article.applications.all()
        applications = _called(body.applications, in_use.distinct(), "slug", "applications")
    if "categories" in changed:
        known = Category.objects.filter(is_active=True) | article.categories.all()
        categories = _called(body.categories, known.distinct(), "code", "categories")
    return Card(
        audience=sent.get("audience", article.audience),
        applications=applications,
        categories=categories,
        causes=article.causes,
        sources=article.sources,
        owner=article.owner,
        verify_by=sent.get("verify_by", article.verify_by),
    )


def _as_set(value: Any) -> Any:
    return sorted(set(value)) if isinstance(value, list) else value


def _called(codes: Sequence[str], rows: QuerySet[Row], column: str, field: str) -> list[Row]:
    """Return the rows of these codes (one query), or refuse those that name nothing, each with its place."""
    if not codes:
        return []
    found = {getattr(row, column): row for row in rows.filter(**{f"{column}__in": codes})}
    errors = [
        FieldError(f"/{field}/{position}", _("There is nothing with this code."))
        for position, code in enumerate(codes)
        if code not in found
    ]
    if errors:
        raise unprocessable(*errors)
    return list(found.values())


def _bring_to(wished: str, article: Article, actor: Caller) -> None:
    """Bring the newest text where it should be by the steps an editor would take; each may be refused."""
    article = as_it_is_now(article)
    try:
        if wished != STATE.ARCHIVED and article.state == STATE.ARCHIVED:
            services.reopen_article(actor=actor, article=article)
            article = as_it_is_now(article)
        _step(state_of(article, _newest(article)), wished, article, actor)
    except RefusedError as refusal:
        raise wrong("/state", str(refusal)) from refusal


def _step(now: str, wished: str, article: Article, actor: Caller) -> None:
    if wished == now:
        return
    if wished == STATE.ARCHIVED:
        services.archive_article(actor=actor, article=article)
        return
    if wished == STATE.WORK_IN_PROGRESS:
        raise wrong("/state", _("A text that was handed in or published stays so until another comes."))
    if now == STATE.WORK_IN_PROGRESS:
        services.submit_for_review(actor=actor, article=article)
    if wished == STATE.PUBLISHED:
        services.approve(actor=actor, article=article, number=_newest(article).number)
    elif now == STATE.PUBLISHED:
        raise wrong("/state", _("This text is published: there is nothing to review."))


def _newest(article: Article) -> ArticleRevision:
    if article.current_revision is None:
        raise RuntimeError(f"article {article.pk} has no text")
    return article.current_revision
