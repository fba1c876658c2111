"""What somebody is typing, kept while they type."""

from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.actors import PersonActor
from helpdesk.kernel.policy import RefusedError, denied, require
from helpdesk.kernel.redaction import mask_national_numbers
from helpdesk.kernel.services import service
from helpdesk.kernel.text import clean_line, clean_text
from knowledgebase import policies
from knowledgebase.content import BODY_LENGTH, Text, text_of
from knowledgebase.models import SUMMARY_LENGTH, TITLE_LENGTH, Article, ArticleDraft
from knowledgebase.services.locking import locked


@service
def keep_draft(
    *, actor: PersonActor, article: Article | None, text: Text, based_on: int | None = None, language: str = ""
) -> ArticleDraft | None:
    """Keep a text as it is now, finished or not, for its writer alone; None when there is nothing to keep.

    With a `language` it is a translation that is begun, based on a text of the article. Without one it is a text of the
    article itself; one that is saved already, as when it was on its way here meanwhile, is nothing to keep either.
    """
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
    if article is not None and not language and _is_saved(article, Text(**kept)):
        discard_draft(actor=actor, article=article)
        return None
    base = article.revisions.filter(number=based_on).first() if article and based_on else None
    draft, _created = ArticleDraft.objects.update_or_create(
        editor_id=actor.user_id,
        article=article,
        language=language,
        defaults={**kept, "based_on": base, "saved_at": timezone.now()},
    )
    return draft


def _is_saved(article: Article, text: Text) -> bool:
    current = locked(article).current_revision
    return current is not None and text == text_of(current)


def _masked(text: str) -> str:
    return mask_national_numbers(text)[0]


@service
def discard_draft(*, actor: PersonActor, article: Article | None, language: str = "") -> None:
    ArticleDraft.objects.filter(editor=actor.user_id, article=article, language=language).delete()
