"""Telling who wrote a text of an article what was decided about it (`config/wiring.py`)."""

import logging
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.kernel.events import TryLaterError
from integrations.mail import addresses
from integrations.mail.messages import OutgoingMail, compose
from integrations.mail.notices import envelope_to, page_of
from integrations.mail.posting import Post
from integrations.mail.refusals import is_final, reason_of
from integrations.mail.subscribers import is_fictitious
from knowledgebase.events import TextReviewed
from knowledgebase.models import ArticleRevision
from knowledgebase.office import able_owners

logger = logging.getLogger(__name__)

TEMPLATE = "text_reviewed"
STATE = ArticleRevision.State


def tell_writer(event: TextReviewed, post: Post) -> None:
    """Send one mail, as long as what it says still holds and its writer still works here.

    A server that says "not now" is asked again; what is refused for good stands in the log, and on the writer's page.
    """
    related = ("article", "author__person", "reviewer__person")
    revision = ArticleRevision.objects.select_related(*related).get(pk=event.revision_id)
    decided, writer = STATE.APPROVED if event.is_approved else STATE.SENT_BACK, revision.author
    if writer is None or revision.state != decided or not able_owners().filter(pk=writer.pk).exists():
        return
    if settings.DEMO and not is_fictitious(writer.person.email):
        logger.warning("This is a demonstration: who wrote text %s is not told of it by mail.", revision)
        return
    try:
        post.send(_mail(revision, writer))
    except Exception as error:
        # Whatever went wrong on the way, also a fault of ours, is worth another try unless the server refused it.
        if not is_final(error):
            raise TryLaterError(reason_of(error)) from error
        logger.warning("Who wrote text %s was not told of it: %s", revision, reason_of(error))


def _mail(revision: ArticleRevision, writer: User) -> OutgoingMail:
    # Each time it is handed in something else may be decided.
    handed_in = revision.submitted_at or revision.created_at
    message_id = addresses.notice_id("review", f"{revision.pk}-{handed_in:%Y%m%d%H%M%S%f}")
    return compose(TEMPLATE, _words(revision), envelope_to(writer, message_id=message_id, composed_at=timezone.now()))


def _words(revision: ArticleRevision) -> dict[str, Any]:
    return {
        "title": revision.title,
        "reviewer": revision.reviewer.person.name if revision.reviewer else _("An editor"),
        "reason": revision.review_note if revision.state == STATE.SENT_BACK else "",
        "readers": _for_readers(revision),
        "preview": revision.title,
        "link": page_of(revision.article),
        "action": _("View the article"),
    }


def _for_readers(revision: ArticleRevision) -> str:
    """Say since or from when readers see an approved text; nothing when they do not."""
    article = revision.article
    if article.is_published and article.published_revision_id == revision.pk:
        return _("Readers see your text now.")
    if article.publish_at is not None and article.scheduled_revision_id == revision.pk:
        hour = date_format(localtime(article.publish_at), "j F Y H:i")
        return _("Readers see your text from %(hour)s on.") % {"hour": hour}
    return ""
