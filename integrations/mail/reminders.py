"""Asking who looks after an article whether it is still right (`config/wiring.py`)."""

import logging
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from helpdesk.accounts.actors import System
from helpdesk.kernel.events import TryLaterError
from integrations.mail import addresses
from integrations.mail.messages import OutgoingMail, compose
from integrations.mail.notices import envelope_to, page_of
from integrations.mail.posting import Post
from integrations.mail.refusals import is_final, reason_of
from integrations.mail.subscribers import SEND_DELAYS_S, is_fictitious
from knowledgebase.events import VerificationDue
from knowledgebase.models import VerificationReminder
from knowledgebase.office import able_owners
from knowledgebase.services import record_reminder

logger = logging.getLogger(__name__)

TEMPLATE = "verification_due"
STATE = VerificationReminder.State
SYSTEM = System()


def send_reminder(event: VerificationDue, post: Post) -> None:
    """Send one mail and write down what became of it; what is settled, or needs no asking any more, goes to nobody."""
    related = ("article__published_revision", "recipient__person")
    reminder = VerificationReminder.objects.select_related(*related).get(pk=event.reminder_id)
    if reminder.state != STATE.QUEUED:
        return
    if held := _reason_to_hold(reminder):
        record_reminder(actor=SYSTEM, reminder=reminder, state=STATE.HELD, error=held)
        return
    try:
        post.send(_mail(reminder))
    except Exception as error:
        # Whatever went wrong is kept with the reminder, also when it is a fault of ours.
        logger.warning("Reminder %s was not sent.", reminder.pk, exc_info=True)
        _record_problem(reminder, error)
        return
    record_reminder(actor=SYSTEM, reminder=reminder, state=STATE.SENT)


def _reason_to_hold(reminder: VerificationReminder) -> str:
    article = reminder.article
    if not article.is_published or article.verify_by != reminder.verify_by or not _can_look(reminder):
        return _("Nobody needs to be asked any more.")
    if settings.DEMO and not is_fictitious(reminder.recipient.person.email):
        return _("This is a demonstration: mail only goes to addresses that end in .example.")
    return ""


def _can_look(reminder: VerificationReminder) -> bool:
    return able_owners().filter(pk=reminder.recipient_id).exists()


def _record_problem(reminder: VerificationReminder, error: Exception) -> None:
    reason = reason_of(error)
    is_lost = is_final(error) or reminder.attempts >= len(SEND_DELAYS_S)
    record_reminder(actor=SYSTEM, reminder=reminder, state=STATE.FAILED if is_lost else STATE.QUEUED, error=reason)
    if not is_lost:
        raise TryLaterError(reason) from error


def _mail(reminder: VerificationReminder) -> OutgoingMail:
    message_id = addresses.notice_id("reminder", str(reminder.pk))
    envelope = envelope_to(reminder.recipient, message_id=message_id, composed_at=reminder.created_at)
    return compose(TEMPLATE, _words(reminder), envelope)


def _words(reminder: VerificationReminder) -> dict[str, Any]:
    revision = reminder.article.published_revision
    title = revision.title if revision else reminder.article.slug
    return {
        "title": title,
        "day": date_format(reminder.verify_by, "j F Y"),
        "preview": title,
        "link": page_of(reminder.article),
        "action": _("View the article"),
    }
