"""From a ticket to the draft of an article: what was asked and answered, without who."""

import re
from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from helpdesk.accounts.actors import AGENT_ROLES, PersonActor
from helpdesk.accounts.models import Person
from helpdesk.insights.redacting import redacted
from helpdesk.tickets.models import Message, Ticket
from helpdesk.tickets.rendering import own_words
from helpdesk.tickets.selectors import thread_of
from knowledgebase.content import Card, Place, Text, Typing
from knowledgebase.links import article_link
from knowledgebase.models import SUMMARY_LENGTH, TITLE_LENGTH, Article
from knowledgebase.office import begun_at
from knowledgebase.services import write_draft

# Of so many people the names are looked for; each costs a look at every word.
MOST_KNOWN = 300
# What would make a quote, a code block, a heading or a block of ours of a line.
_MARKS = re.compile(r"^(?:[>\s#]|:{3,})+")


def draft_from(actor: PersonActor, ticket: Ticket) -> Article:
    """Begin an article with the question and the last answer of a ticket; its writer goes on from there."""
    thread = [message for message in thread_of(actor, ticket) if message.kind == Message.Kind.PUBLIC_REPLY]
    names = set(_names(ticket, thread))
    question = redacted(_first(thread, Message.Direction.INBOUND), names)
    answer = redacted(_first(reversed(thread), Message.Direction.OUTBOUND), names)
    title = redacted(ticket.subject, names)[:TITLE_LENGTH]
    text = Text(
        title=title,
        summary=(_("Answer to: %(title)s") % {"title": title})[:SUMMARY_LENGTH],
        body_markdown=_body(question, answer),
    )
    return write_draft(actor=actor, text=text, card=_card(ticket), typing=Typing(place=_place(ticket)))


def begun_from(actor: PersonActor, ticket: Ticket) -> Article | None:
    """Return the article the actor made of this ticket before: once more would make the same."""
    return begun_at(actor, _place(ticket))


def _place(ticket: Ticket) -> Place:
    return Place(key=ticket.reference)


def _names(ticket: Ticket, thread: list[Message]) -> Iterator[str]:
    """Yield the names that may stand in it: who asked and answered, their colleagues on either side, and where."""
    yield ticket.requester.name
    yield ticket.organisation_claim
    if ticket.organisation is not None:
        yield ticket.organisation.name
    for message in thread:
        if message.author is not None:
            yield message.author.name
    handlers, colleagues = Q(user__role_grants__role__in=AGENT_ROLES), Q(memberships__organisation=ticket.organisation)
    known = handlers | colleagues if ticket.organisation is not None else handlers
    yield from Person.objects.filter(known).values_list("name", flat=True).distinct()[:MOST_KNOWN]


def _first(messages: "list[Message] | Iterator[Message]", direction: str) -> str:
    found = next((message for message in messages if message.direction == direction), None)
    return own_words(found.body.text, found.body.folds) if found else ""


def _body(question: str, answer: str) -> str:
    written = _as_markdown(answer) if answer else _("Write here what to do, step by step.")
    parts = [(_("The question"), _as_markdown(question)), (_("The answer"), written)]
    return "\n\n".join(f"## {title}\n\n{text}" for title, text in parts if text)


def _as_markdown(text: str) -> str:
    """Return what somebody mailed as Markdown that says the same: no picture, block or quote of its own."""
    lines = (_MARKS.sub("", line) for line in text.splitlines())
    # An address that was put in an answer is no link of Markdown yet.
    return article_link().sub(r"[\1](\1)", "\n".join(lines).replace("![", "[")).strip()


def _card(ticket: Ticket) -> Card:
    return Card(
        applications=[ticket.application] if ticket.application else [],
        categories=[ticket.category] if ticket.category else [],
    )
