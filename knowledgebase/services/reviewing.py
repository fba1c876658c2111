"""From a draft to what readers see: handed in, read by somebody else, approved or sent back."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import Actor, PersonActor
from helpdesk.kernel.events import publish
from helpdesk.kernel.policy import RefusedError, denied, require
from helpdesk.kernel.services import Precondition, always, service
from helpdesk.kernel.text import clean_text
from knowledgebase import policies
from knowledgebase.content import REASON_LENGTH, clean_reason
from knowledgebase.events import TextReviewed
from knowledgebase.models import Article, ArticleRevision
from knowledgebase.services.locking import locked, store
from knowledgebase.services.publishing import publish_revision
from knowledgebase.services.taking_back import take_back_planned

STATE, REVISION_STATE = Article.State, ArticleRevision.State


@service
def submit_for_review(*, actor: Actor, article: Article, number: int | None = None) -> ArticleRevision:
    """Hand in the newest text.

    `number`: the revision whoever hands in saw; refused when another came since.
    """
    article, revision = _newest(article, number)
    require(policies.may_submit(actor, article, revision))
    revision.state, revision.submitted_at, revision.review_note = REVISION_STATE.IN_REVIEW, timezone.now(), ""
    revision.save()
    if article.state == STATE.WORK_IN_PROGRESS:
        article.state = STATE.IN_REVIEW
    store(article)
    return revision


@service
def approve(
    *,
    actor: Actor,
    article: Article,
    number: int | None = None,
    publish_at: datetime | None = None,
    precondition: Precondition = always,
) -> ArticleRevision:
    """Approve the newest text, so that readers see it now or from `publish_at` on.

    `number`: the revision the approver read; refused when another came since. One that was planned stays planned
    until it is called off, or a newer one is planned instead.
    """
    # A slip in the date must not give readers at once what is for later.
    if publish_at is not None and publish_at <= timezone.now():
        raise RefusedError(denied(_("Choose an hour in the future.")))
    article, revision = _newest(article, number)
    require(policies.may_approve(actor, revision))
    require(policies.may_have_readers(article))
    require(policies.may_appear_now(article) if publish_at is None else policies.may_appear_at(article, publish_at))
    precondition(article)
    revision.approved_at = timezone.now()
    _decide(actor, revision, REVISION_STATE.APPROVED)
    if publish_at is None:
        publish_revision(article, revision)
        return revision
    article.scheduled_revision, article.publish_at = revision, publish_at
    if article.state == STATE.IN_REVIEW:
        article.state = STATE.WORK_IN_PROGRESS
    store(article)
    return revision


@service
def call_off_publication(*, actor: Actor, article: Article) -> Article:
    """Take back that an approved text will appear at its hour: it is a draft again."""
    require(policies.may_edit_all(actor))
    article = locked(article)
    if article.scheduled_revision is None:
        raise RefusedError(denied(_("No text of this article waits for its hour.")))
    take_back_planned(article)
    store(article)
    return article


@service
def send_back(*, actor: Actor, article: Article, reason: str, number: int | None = None) -> ArticleRevision:
    """Return the newest text to its writer, with what is wrong with it."""
    article, revision = _newest(article, number)
    require(policies.may_review(actor, revision))
    if len(clean_text(reason)) > REASON_LENGTH:
        raise RefusedError(denied(_("At most %(longest)d characters.") % {"longest": REASON_LENGTH}))
    note = clean_reason(reason)
    if not note:
        raise RefusedError(denied(_("Say what must change.")))
    revision.review_note = note
    _decide(actor, revision, REVISION_STATE.SENT_BACK)
    if article.state == STATE.IN_REVIEW:
        article.state = STATE.WORK_IN_PROGRESS
    store(article)
    return revision


def _decide(actor: Actor, revision: ArticleRevision, state: str) -> None:
    """Write down what was decided and by whom, and let its writer hear it from somebody else."""
    revision.state = state
    revision.reviewer_id = actor.user_id if isinstance(actor, PersonActor) else None
    revision.save()
    if revision.author_id and revision.reviewer_id not in {None, revision.author_id}:
        publish(TextReviewed(revision_id=revision.pk, is_approved=state == REVISION_STATE.APPROVED))


def _newest(article: Article, number: int | None = None) -> tuple[Article, ArticleRevision]:
    article = locked(article)
    revision = article.current_revision
    if revision is None:
        raise RuntimeError(f"article {article.pk} has no text")
    if number is not None and revision.number != number:
        raise RefusedError(denied(_("Somebody saved a newer text meanwhile. Read that first.")))
    revision.article = article
    return article, revision
