"""What an actor may see: every list of articles starts here."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from helpdesk.accounts.actors import Actor, PersonActor, ServiceActor, System
from helpdesk.accounts.models import Role

if TYPE_CHECKING:
    from knowledgebase.models import Article, ArticleImage  # noqa: F401 - the managers' models

PUBLIC, OFFICIALS, AGENTS = "public", "officials", "agents"
EDITOR_ROLES = frozenset({Role.EDITOR, Role.ADMIN})
READ, WRITE = "articles:read", "articles:write"


class ArticleQuerySet(models.QuerySet["Article"]):
    def visible_to(self, actor: Actor) -> "ArticleQuerySet":
        """Published articles for the actor's readership; all of them for editors, the own ones for other writers."""
        if is_editor(actor):
            return self
        return self.filter(_readable(actor) | _own(actor))

    def published(self) -> "ArticleQuerySet":
        return self.filter(state="published", published_revision__isnull=False)


class ArticleImageQuerySet(models.QuerySet["ArticleImage"]):
    def visible_to(self, actor: Actor) -> "ArticleImageQuerySet":
        """Pictures of what the actor may read; a translation, which may have readers first, shows its original's."""
        if is_editor(actor):
            return self
        readable = _readable(actor, "article__") | _readable(actor, "article__translations__")
        return self.filter(readable | _own(actor, "article__")).distinct()


def audiences_of(actor: Actor) -> frozenset[str]:
    """Return for whom an article may be meant that the actor may read."""
    if isinstance(actor, System):
        return frozenset({PUBLIC, OFFICIALS, AGENTS})
    if not isinstance(actor, PersonActor | ServiceActor):
        return frozenset({PUBLIC})
    if actor.scopes is not None and actor.scopes.isdisjoint({READ, WRITE}):
        return frozenset({PUBLIC})
    if actor.is_agent or is_editor(actor):
        return frozenset({PUBLIC, OFFICIALS, AGENTS})
    return frozenset({PUBLIC, OFFICIALS})


def is_editor(actor: Actor) -> bool:
    """Say whether the actor edits all articles: an editor or administrator, with a token only when that may write."""
    if isinstance(actor, System):
        return True
    if isinstance(actor, ServiceActor):
        return WRITE in actor.scopes
    if isinstance(actor, PersonActor):
        return bool(actor.roles & EDITOR_ROLES) and (actor.scopes is None or WRITE in actor.scopes)
    return False


def _readable(actor: Actor, path: str = "") -> Q:
    return Q(
        **{
            f"{path}state": "published",
            f"{path}published_revision__isnull": False,
            f"{path}audience__in": audiences_of(actor),
        }
    )


def _own(actor: Actor, path: str = "") -> Q:
    """Articles an agent began or looks after."""
    if isinstance(actor, PersonActor) and actor.is_agent and (actor.scopes is None or WRITE in actor.scopes):
        return Q(**{f"{path}begun_by": actor.user_id}) | Q(**{f"{path}owner": actor.user_id})
    return Q(pk__in=[])
