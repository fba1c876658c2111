"""What somebody is typing, kept while they type."""

from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.actors import PersonActor
from helpdesk.accounts.models import User
from helpdesk.catalogue.models import Application, Category
from helpdesk.kernel.policy import RefusedError, denied, require
from helpdesk.kernel.redaction import mask_national_numbers
from helpdesk.kernel.services import service
from helpdesk.kernel.text import clean_line, clean_text
from knowledgebase import policies
from knowledgebase.content import BODY_LENGTH, Place, Text, Typing, text_of
from knowledgebase.models import SUMMARY_LENGTH, TITLE_LENGTH, Article, ArticleDraft, ArticleRevision, new_version
from knowledgebase.office import begun_at, own_draft, text_in_between
from knowledgebase.services.conflicts import RevisionConflictError, TextConflictError
from knowledgebase.services.locking import locked


@service
def keep_draft(
    *,
    actor: PersonActor,
    typing: Typing,
    text: Text,
    based_on: int | None = None,
    application: Application | None = None,
    category: Category | None = None,
) -> ArticleDraft | None:
    """Keep a text as it is now, finished or not, for its writer alone; None when there is nothing to keep.

    A translation that is begun is based on a text of its article, and a new article is about something. A text that is
    saved already, as when it was on its way here meanwhile, is nothing to keep either.

    Raises `TextConflictError` when another page kept or saved something there that this one did not show.
    """
    article = typing.place.article
    require(policies.may_draft(actor) if article is None else policies.may_write(actor, article))
    kept = _cleaned(text)
    if len(kept.body_markdown) > BODY_LENGTH:
        # Half of it kept would be called kept.
        raise RefusedError(denied(_("At most %(longest)d characters.") % {"longest": BODY_LENGTH}))
    if not any(vars(kept).values()):
        return None
    hold(actor, typing.place)
    require_seen(actor, typing, kept)
    if _is_saved(actor, typing.place, kept):
        _forget(actor, typing.place)
        return None
    base = article.revisions.filter(number=based_on).first() if article and based_on else None
    there = own_draft(actor, typing.place)
    draft, _created = ArticleDraft.objects.update_or_create(
        editor_id=actor.user_id,
        **vars(typing.place),
        defaults={
            **vars(kept),
            "page": typing.page,
            # Who sends it again, because the answer was long in coming, made no other text of it.
            "version": there.version if there and text_of(there) == kept else new_version(),
            "based_on": base,
            "application": application,
            "category": category,
            "saved_at": timezone.now(),
        },
    )
    return draft


@service
def discard_draft(*, actor: PersonActor, typing: Typing) -> None:
    """Throw away what was kept there, as the page showed it; `TextConflictError` is as for `keep_draft`."""
    hold(actor, typing.place)
    require_seen(actor, typing)
    _forget(actor, typing.place)


def hold(actor: PersonActor, place: Place) -> None:
    """Let nobody write there until the transaction ends: others begin no second article of it, nor do other pages."""
    if place.article is not None:
        locked(place.article)
    list(User.objects.select_for_update(no_key=True).filter(pk=actor.user_id).values_list("pk"))


def require_seen(actor: PersonActor, typing: Typing, text: Text | None = None) -> None:
    """Refuse a text for a place where meanwhile another stands than its page showed."""
    other = text_in_between(actor, typing, text)
    if isinstance(other, ArticleRevision):
        raise RevisionConflictError(other)
    if other is not None:
        raise TextConflictError(other)


def forget_draft(actor: PersonActor, typing: Typing, text: Text) -> None:
    """Let go of what was kept there, which this text follows."""
    require_seen(actor, typing, text)
    _forget(actor, typing.place)


def _forget(actor: PersonActor, place: Place) -> None:
    ArticleDraft.objects.filter(editor=actor.user_id, **vars(place)).delete()


def _is_saved(actor: PersonActor, place: Place, text: Text) -> bool:
    if place.article is not None and not place.language:
        current = Article.objects.select_related("current_revision").get(pk=place.article.pk).current_revision
        return current is not None and text == text_of(current)
    return begun_at(actor, place) is not None


def _cleaned(text: Text) -> Text:
    return Text(
        title=_masked(clean_line(text.title))[:TITLE_LENGTH],
        summary=_masked(clean_line(text.summary))[:SUMMARY_LENGTH],
        body_markdown=_masked(clean_text(text.body_markdown)),
    )


def _masked(text: str) -> str:
    return mask_national_numbers(text)[0]
