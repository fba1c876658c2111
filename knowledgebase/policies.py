"""Who may do what with an article: one function a question, the reason with every refusal."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import Actor, PersonActor, System
from helpdesk.kernel.policy import ALLOWED, NOT_YOURS, Decision, denied
from knowledgebase.models import Article, ArticleRevision
from knowledgebase.querysets import WRITE, audiences_of, is_editor
from knowledgebase.workflow import writers_of_major_changes

STATE = Article.State
IS_ARCHIVED = _("This article is archived. Bring it back first.")


def may_read(actor: Actor, article: Article) -> Decision:
    if is_editor(actor) or _is_theirs(actor, article):
        return ALLOWED
    return ALLOWED if article.is_published and article.audience in audiences_of(actor) else NOT_YOURS


def may_edit_all(actor: Actor) -> Decision:
    """May the actor change, review and publish any article?"""
    return ALLOWED if is_editor(actor) else denied(_("Only an editor can do this."))


def may_draft(actor: Actor) -> Decision:
    """May the actor begin an article?"""
    if is_editor(actor):
        return ALLOWED
    if isinstance(actor, PersonActor) and actor.is_agent and (actor.scopes is None or WRITE in actor.scopes):
        return ALLOWED
    return denied(_("Only editors and agents write articles."))


def may_write(actor: Actor, article: Article) -> Decision:
    """May the actor write a new text for it?"""
    if is_editor(actor):
        return ALLOWED
    if not _is_theirs(actor, article):
        return NOT_YOURS
    if article.published_revision_id is not None or article.state == STATE.ARCHIVED:
        return denied(_("This article is published: only an editor changes it now."))
    return ALLOWED


def may_verify(actor: Actor, article: Article) -> Decision:
    """May the actor say that what readers see is still right?"""
    if not article.is_published:
        return denied(_("This article has not been published yet."))
    return ALLOWED if is_editor(actor) or _is_theirs(actor, article) else NOT_YOURS


def may_submit(actor: Actor, article: Article, revision: ArticleRevision) -> Decision:
    if article.state == STATE.ARCHIVED:
        return denied(IS_ARCHIVED)
    if revision.state == ArticleRevision.State.APPROVED:
        return denied(_("This text was approved already."))
    if revision.state == ArticleRevision.State.IN_REVIEW:
        return denied(_("This text was handed in already."))
    return may_write(actor, article)


def may_hand_in(actor: Actor, article: Article, revision: ArticleRevision) -> Decision:
    """May the actor hand in what stands on the page: the newest text, or a newer one that is saved by doing so?"""
    handing_in = may_submit(actor, article, revision)
    is_approved = revision.state == ArticleRevision.State.APPROVED and article.state != STATE.ARCHIVED
    return may_write(actor, article) if is_approved else handing_in


def may_review(actor: Actor, revision: ArticleRevision) -> Decision:
    """May the actor send a text back that was handed in?"""
    if not is_editor(actor):
        return denied(_("Only an editor can do this."))
    if revision.article.state == STATE.ARCHIVED:
        return denied(IS_ARCHIVED)
    if revision.state != ArticleRevision.State.IN_REVIEW:
        return denied(_("This text is not in review."))
    return ALLOWED


def may_approve(actor: Actor, revision: ArticleRevision) -> Decision:
    """May the actor let readers see a text? What is new or rewritten needs the eyes of a second person."""
    reviewing = may_review(actor, revision)
    if not reviewing or isinstance(actor, System):
        return reviewing
    if not isinstance(actor, PersonActor):
        return denied(_("Only a person can approve a text."))
    if actor.user_id in writers_of_major_changes(revision):
        return denied(_("What is new or rewritten is approved by somebody else than its writer."))
    return ALLOWED


def may_have_readers(article: Article) -> Decision:
    """May readers see it? A translation not without its original."""
    if article.original is not None and article.original.state == STATE.ARCHIVED:
        return denied(_("The Dutch article is archived. Bring that back first."))
    return ALLOWED


def may_appear_now(article: Article) -> Decision:
    """May readers see a newer text at once? One that is planned is part of it, and would come before its hour."""
    if article.scheduled_revision_id is not None:
        return denied(_("A text of this article appears at an hour that was planned. Call that publication off first."))
    return ALLOWED


def may_go_at(article: Article, hour: datetime | None) -> Decision:
    """May it leave its readers then? Not before a text that is planned: that would never appear."""
    if hour is not None and article.publish_at is not None and hour <= article.publish_at:
        return denied(_("A text of it is to appear after that hour. Choose a later one, or call that off first."))
    return ALLOWED


def may_appear_at(article: Article, hour: datetime) -> Decision:
    """May readers see a text from then on? Not once the article has gone."""
    if article.archive_at is not None and hour >= article.archive_at:
        return denied(_("By then this article has gone: it will be archived before. Change that hour first."))
    return ALLOWED


def _is_theirs(actor: Actor, article: Article) -> bool:
    """Say whether a writer began the article or looks after it."""
    if not isinstance(actor, PersonActor) or not may_draft(actor):
        return False
    return actor.user_id in {article.begun_by_id, article.owner_id}
