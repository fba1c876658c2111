"""What somebody is typing, kept while they type."""

from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.actors import PersonActor
from helpdesk.catalogue.models import Application, Category
from helpdesk.kernel.policy import RefusedError, denied, require
from helpdesk.kernel.redaction import mask_national_numbers
from helpdesk.kernel.services import service
from helpdesk.kernel.text import clean_line, clean_text
from knowledgebase import policies
from knowledgebase.content import BODY_LENGTH, Place, Text, text_of
from knowledgebase.models import SUMMARY_LENGTH, TITLE_LENGTH, Article, ArticleDraft
from knowledgebase.services.locking import locked


@service
def keep_draft(
    *,
    actor: PersonActor,
    place: Place,
    text: Text,
    based_on: int | None = None,
    application: Application | None = None,
    category: Category | None = None,
) -> ArticleDraft | None:
    """Keep a text as it is now, finished or not, for its writer alone; None when there is nothing to keep.

    A translation that is begun is based on a text of its article, and a new article is about something. A text of an
    article that is saved already, as when it was on its way here meanwhile, is nothing to keep either.
    """
    article = place.article
    require(policies.may_draft(actor) if article is None else policies.may_write(actor, article))
    kept = {
        "title": _masked(clean_line(text.title))[:TITLE_LENGTH],
        "summary": _masked(clean_line(text.summary))[:SUMMARY_LENGTH],
        "body_markdown": _masked(clean_text(text.body_markdown)),
    }
    if len(kept["body_markdown"]) > BODY_LENGTH:
        # Half of it kept would be called kept.
        raise RefusedError(denied(_("At most %(longest)d characters.") % {"longest": BODY_LENGTH}))
    if not any(kept.values()):
        return None
    if article is not None and not place.language and _is_saved(article, Text(**kept)):
        discard_draft(actor=actor, place=place)
        return None
    base = article.revisions.filter(number=based_on).first() if article and based_on else None
    draft, _created = ArticleDraft.objects.update_or_create(
        editor_id=actor.user_id,
        **vars(place),
        defaults={
            **kept,
            "based_on": base,
            "application": application,
            "category": category,
            "saved_at": timezone.now(),
        },
    )
    return draft


def _is_saved(article: Article, text: Text) -> bool:
    current = locked(article).current_revision
    return current is not None and text == text_of(current)


def _masked(text: str) -> str:
    return mask_national_numbers(text)[0]


@service
def discard_draft(*, actor: PersonActor, place: Place) -> None:
    ArticleDraft.objects.filter(editor=actor.user_id, **vars(place)).delete()
