"""Asking the articles what came in as tickets and what was looked for in vain: what would find its answer now?"""

import logging

from helpdesk.accounts.actors import System, Visitor
from helpdesk.insights.selectors import searches_to_replay, tickets_to_replay
from helpdesk.insights.services import record_answered_search, record_replay
from helpdesk.search.finding import find
from helpdesk.search.queries import Page, Query
from helpdesk.search.sources import sources
from helpdesk.search.words import STOP_WORDS, stem, words
from helpdesk.tickets.models import Ticket

logger = logging.getLogger(__name__)

# In one night, about ten minutes of it.
MOST = 5_000


def replay_tickets() -> int:
    """Search with the subject of each recent ticket, as anybody would; return how many.

    It ends when search does with less than usual: what is not found then may be there.
    """
    replayed = 0
    for ticket in tickets_to_replay()[:MOST].iterator(chunk_size=200):
        page = find(Visitor(), Query(text=ticket.subject, kinds=("article",), limit=1))
        if page.degraded:
            logger.warning("Replaying tickets stops: search does without its engine.")
            break
        article_id, covered = _best_of(page, ticket)
        record_replay(actor=System(), ticket=ticket, article_id=article_id, covered=covered)
        replayed += 1
    return replayed


def replay_searches() -> int:
    """Search once more for what found nothing, as anybody would; return how much of it finds an article by now."""
    answered = 0
    for text in searches_to_replay():
        page = find(Visitor(), Query(text=text, kinds=("article",), limit=1))
        if page.degraded:
            logger.warning("Replaying searches stops: search does without its engine.")
            break
        if page.hits and not page.is_guess:
            record_answered_search(actor=System(), text=text)
            answered += 1
    return answered


def _best_of(page: Page, ticket: Ticket) -> tuple[int | None, float]:
    """Return the first article that was found, and which share of the subject's words it holds."""
    # Between the search and this it may have been archived.
    documents = sources()["article"].documents([hit.object_id for hit in page.hits[:1]])
    if not documents:
        return None, share_covered(ticket.subject, "")
    return documents[0].object_id, share_covered(ticket.subject, f"{documents[0].title}\n{documents[0].text}")


def share_covered(question: str, answer: str) -> float:
    """Return which share of the telling words of a question stand in an answer, 1 when it has none."""
    asked = _stems(question)
    return len(asked & _stems(answer)) / len(asked) if asked else 1.0


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words(text) if word not in STOP_WORDS}
