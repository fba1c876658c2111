"""What editors read: their lists, their drafts, what is to be verified."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import AGENT_ROLES, PersonActor
from helpdesk.accounts.models import User
from knowledgebase.content import Place, Text, Typing, text_of
from knowledgebase.models import Article, ArticleDraft, ArticleFeedback, ArticleRevision
from knowledgebase.querysets import EDITOR_ROLES, is_editor
from knowledgebase.selectors import with_opinions

# How long before its day an article stands among those to verify.
VERIFY_AHEAD = timedelta(days=14)
OWN = "mijn"


@dataclass(frozen=True)
class Shelf:
    """One list of the editors: `rows` are its articles, in the order in which they want attention."""

    key: str
    label: str | Promise
    rows: QuerySet[Article]


def shelves(actor: PersonActor) -> list[Shelf]:
    """Return the lists of the editors; who only writes drafts has the own ones."""
    known = Article.objects.select_related("current_revision", "owner__person")
    mine = known.filter(Q(owner=actor.user_id) | Q(begun_by=actor.user_id) | Q(current_revision__author=actor.user_id))
    own = Shelf(OWN, _("Mine"), mine.visible_to(actor).order_by("-updated_at", "-pk"))
    if not is_editor(actor):
        return [own]
    published = known.published()
    return [
        own,
        Shelf(
            "nazicht",
            _("In review"),
            known.filter(current_revision__state="in_review").order_by("current_revision__submitted_at", "pk"),
        ),
        Shelf("nakijken", _("To verify"), due_articles().select_related("current_revision", "owner__person")),
        Shelf(
            "gepland",
            _("Planned"),
            known.filter(Q(publish_at__isnull=False) | Q(archive_at__isnull=False)).order_by(
                Coalesce("publish_at", "archive_at"), "pk"
            ),
        ),
        Shelf("klad", _("Drafts"), known.filter(state="work_in_progress").order_by("-updated_at", "-pk")),
        Shelf("verouderd", _("Translations out of date"), published.filter(is_out_of_date=True).order_by("pk")),
        Shelf("gepubliceerd", _("Published"), published.order_by("current_revision__title", "pk")),
        Shelf("archief", _("Archived"), known.filter(state="archived").order_by("-updated_at", "-pk")),
    ]


def due_articles() -> QuerySet[Article]:
    """Return what is to be looked at again by today, the longest overdue first."""
    due = Article.objects.published().filter(verify_by__lte=timezone.localdate() + VERIFY_AHEAD)
    return due.order_by("verify_by", "pk")


def begun_at(actor: PersonActor, place: Place) -> Article | None:
    """Return the article that was begun there; None while it is still typed, or was there before."""
    known = Article.objects.select_related("current_revision")
    if place.language:
        return known.filter(original=place.article, language=place.language).first()
    if place.article is not None or not place.key:
        return None
    return known.filter(begun_by=actor.user_id, begun_as=place.key).first()


def own_draft(actor: PersonActor, place: Place) -> ArticleDraft | None:
    """Return what the actor is typing there and did not save yet."""
    drafts = ArticleDraft.objects.select_related("based_on")
    return drafts.filter(editor=actor.user_id, **vars(place)).first()


def text_in_between(
    actor: PersonActor, typing: Typing, text: Text | None = None
) -> ArticleRevision | ArticleDraft | None:
    """Return the text that came to stand there and that the page did not show; the same text is none.

    What another page of the same person kept, or, of an article that is begun, what it was saved as.
    """
    begun, draft = begun_at(actor, typing.place), own_draft(actor, typing.place)
    if text is not None and begun is not None and begun.current_revision and text_of(begun.current_revision) != text:
        return begun.current_revision
    if draft is None or typing.page == draft.page or typing.kept == draft.version or text_of(draft) == text:
        return None
    return draft


def new_texts(actor: PersonActor) -> QuerySet[ArticleDraft]:
    """Return the new articles the actor is typing and did not save yet, the last one first."""
    return ArticleDraft.objects.filter(editor=actor.user_id, article=None).order_by("-saved_at", "-pk")


def possible_owners(article: Article) -> QuerySet[User]:
    """Return who may look after an article: editors, administrators and agents, and who does so now."""
    users = User.objects.filter(Q(pk__in=able_owners()) | Q(pk=article.owner_id)).select_related("person")
    return users.order_by("person__name", "pk")


def able_owners() -> QuerySet[User]:
    """Return who still comes to the pages of editors, and can do what the owner of an article is asked for."""
    return User.objects.filter(is_active=True, role_grants__role__in=[*EDITOR_ROLES, *AGENT_ROLES]).distinct()


def verdicts_on(article: Article) -> tuple[int, int]:
    """Return how often the text readers see helped, and how often not."""
    votes, helpful = with_opinions(Article.objects.filter(pk=article.pk)).values_list("votes", "helpful").get()
    return helpful, votes - helpful


def reasons_on(article: Article, limit: int) -> QuerySet[ArticleFeedback]:
    """Return what readers said of it, the newest first, each with the text they had read."""
    said = ArticleFeedback.objects.filter(revision__article=article).exclude(reason="")
    return said.select_related("revision").defer("revision__body_markdown").order_by("-at", "-pk")[:limit]
