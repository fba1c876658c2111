"""Asking whether articles are still right: once for each date, who looks after it, else all editors."""

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from helpdesk.accounts.actors import Actor
from helpdesk.accounts.models import Role, User
from helpdesk.kernel.events import publish
from helpdesk.kernel.policy import require
from helpdesk.kernel.services import service
from knowledgebase import policies
from knowledgebase.events import VerificationDue
from knowledgebase.models import Article, VerificationReminder
from knowledgebase.office import able_owners

STATE = VerificationReminder.State
ERROR_LENGTH = 1000


@service
def remind_due(*, actor: Actor) -> int:
    """Owe a mail about every published article whose day has come; return how many.

    Who was asked and can do nothing about it any more counts as nobody: then others are asked.
    """
    require(policies.may_edit_all(actor))
    asked_already = VerificationReminder.objects.filter(recipient__in=able_owners())
    reminded = asked_already.filter(article=OuterRef("pk"), verify_by=OuterRef("verify_by"))
    due = Article.objects.published().filter(~Exists(reminded), verify_by__lte=timezone.localdate())
    articles = list(due.select_related("owner").order_by("pk"))
    if not articles:
        return 0
    owners, editors = set(able_owners()), list(_editors())
    asked = [(article, [article.owner] if article.owner in owners else editors) for article in articles]
    return sum(_owe(article, recipient) for article, recipients in asked for recipient in recipients)


@service
def record_reminder(*, actor: Actor, reminder: VerificationReminder, state: str, error: str = "") -> None:
    """Write down what became of a mail after one attempt."""
    sent_at = timezone.now() if state == STATE.SENT else None
    VerificationReminder.objects.filter(pk=reminder.pk).update(
        state=state, last_error=error[:ERROR_LENGTH], attempts=F("attempts") + 1, sent_at=sent_at
    )


def _owe(article: Article, recipient: User) -> bool:
    """Note one mail; False when another worker was first."""
    day = article.verify_by
    if day is None:
        return False
    reminder, is_new = VerificationReminder.objects.get_or_create(article=article, verify_by=day, recipient=recipient)
    if is_new:
        publish(VerificationDue(reminder_id=reminder.pk))
    return is_new


def _editors() -> QuerySet[User]:
    return User.objects.filter(is_active=True, role_grants__role=Role.EDITOR).order_by("pk")
