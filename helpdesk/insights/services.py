"""Writing down what is looked for and what helped."""

from datetime import timedelta

from django.utils import timezone

from helpdesk.accounts.actors import Actor, PersonActor
from helpdesk.insights.models import RETURNS_WITHIN, Deflection, Replay, SearchRecord
from helpdesk.insights.redacting import redacted
from helpdesk.kernel.durability import commit_without_waiting
from helpdesk.kernel.policy import require
from helpdesk.kernel.services import service
from helpdesk.kernel.text import clean_line
from helpdesk.kernel.tokens import hash_token
from helpdesk.tickets.models import Ticket
from knowledgebase.models import Article
from knowledgebase.policies import may_read

KEPT_FOR = timedelta(days=365)
_LONGEST = 200


@service
def record_search(*, actor: Actor, text: str, results: int) -> SearchRecord:
    """Keep what was looked for, without who did."""
    commit_without_waiting()
    words = redacted(clean_line(text).lower())[:_LONGEST]
    return SearchRecord.objects.create(text=words, results=results)


@service
def record_opening(*, actor: Actor, record_id: int) -> None:
    """Note that something a search found was opened."""
    commit_without_waiting()
    SearchRecord.objects.filter(pk=record_id).update(was_opened=True)


@service
def record_deflection(*, actor: Actor, article: Article, visitor: str = "") -> Deflection:
    """Note that an article answered somebody: who signed in, or the browser that keeps `visitor`; once in 72 hours."""
    require(may_read(actor, article))
    who: dict[str, object] = (
        {"person_id": actor.person_id} if isinstance(actor, PersonActor) else {"visitor": hash_token(visitor)}
    )
    recent = Deflection.objects.filter(article=article, at__gt=timezone.now() - RETURNS_WITHIN, **who)
    return recent.first() or Deflection.objects.create(article=article, **who)


@service
def record_return(*, actor: Actor, visitor: str) -> int:
    """Note that the browser in which somebody was helped asks a question after all; return how often it was helped."""
    if not visitor:
        return 0
    recent = Deflection.objects.filter(visitor=hash_token(visitor), at__gt=timezone.now() - RETURNS_WITHIN)
    return recent.filter(returned_at=None).update(returned_at=timezone.now())


@service
def record_replay(*, actor: Actor, ticket: Ticket, article_id: int | None, covered: float) -> None:
    Replay.objects.update_or_create(
        ticket=ticket, defaults={"article_id": article_id, "covered": covered, "at": timezone.now()}
    )


@service
def record_answered_search(*, actor: Actor, text: str) -> int:
    """Note that what was looked for in vain finds an article by now; return how often it was looked for."""
    return SearchRecord.objects.filter(text=text, results=0).update(is_answered=True)


@service
def forget_searches(*, actor: Actor) -> int:
    """Let go of what was looked for longer than a year ago; return how many."""
    return SearchRecord.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()[0]
