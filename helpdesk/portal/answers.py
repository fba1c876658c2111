"""Searching as an official does: the answers first, and what else there is."""

from dataclasses import dataclass

from django.http import HttpRequest

from helpdesk.accounts.actors import PersonActor, Visitor
from helpdesk.portal.actors import as_requester
from helpdesk.portal.naming import is_meant
from helpdesk.search.finding import find
from helpdesk.search.queries import Hit, Page, Query

LONGEST = 300
PAGE = 10
FEW = 5
SIFTED = 30
SUGGESTED = 3
VISITOR_COOKIE = "bezoeker"


@dataclass(frozen=True)
class Answers:
    """What was found: a page of articles, and a few of the other kinds."""

    articles: Page
    tickets: tuple[Hit, ...]
    applications: tuple[Hit, ...]
    organisations: tuple[Hit, ...]

    @property
    def number(self) -> int:
        """How much was found; what only resembles the words is no answer."""
        articles = 0 if self.articles.is_guess else self.articles.total
        return articles + len(self.tickets) + len(self.applications) + len(self.organisations)


def answers_to(actor: PersonActor | Visitor, text: str, number: int) -> Answers:
    """Search everything an official may see, an agent too: tickets are those the person asked."""
    reader = as_requester(actor) if isinstance(actor, PersonActor) else actor
    return Answers(
        articles=find(actor, Query(text=text, kinds=("article",), limit=PAGE, offset=(number - 1) * PAGE)),
        tickets=_few(reader, text, "ticket") if isinstance(reader, PersonActor) else (),
        applications=_named(reader, text, "application"),
        organisations=_named(reader, text, "organisation"),
    )


def suggested_for(actor: PersonActor | Visitor, text: str) -> tuple[Hit, ...]:
    """Return the articles that may answer a question that is being typed, three at most."""
    if not text.strip():
        return ()
    found = find(actor, Query(text=text[:LONGEST], kinds=("article",), limit=SUGGESTED))
    return () if found.is_guess else found.hits


def visitor_of(request: HttpRequest) -> str:
    """Return what the browser keeps since somebody said in it that an answer helped, "" before."""
    return request.COOKIES.get(VISITOR_COOKIE, "")[:64]


def _named(reader: PersonActor | Visitor, text: str, kind: str) -> tuple[Hit, ...]:
    """Return those whose name was probably meant; which share a word with the question may come before."""
    found = find(reader, Query(text=text, kinds=(kind,), limit=SIFTED))
    return tuple(hit for hit in found.hits if is_meant(hit, found.suggestion or text))[:FEW]


def _few(reader: PersonActor | Visitor, text: str, kind: str) -> tuple[Hit, ...]:
    return find(reader, Query(text=text, kinds=(kind,), limit=FEW)).hits
