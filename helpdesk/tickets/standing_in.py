"""What the database finds of tickets by itself while the engine is away: the newest, within bounds.

No page waits for more rows than these, however many tickets there are: without an index of words each is looked at.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Left

from helpdesk.accounts.models import Organisation
from helpdesk.accounts.organisations import with_predecessors
from helpdesk.search.sources import Wanted
from helpdesk.search.words import fold
from helpdesk.tickets import opened
from helpdesk.tickets.models import Message, Status
from helpdesk.tickets.querysets import FINISHED, INTERNAL, TicketQuerySet

# Of how many tickets that meet the filters the subjects are read, and of how many all that was said.
SUBJECTS, TEXTS = 10_000, 200
# What is read of one message, and of how many: a conversation without end must not take the time of all others.
TEXT_LENGTH, MESSAGES = 2_000, 1_000
# Of how many tickets the messages are asked for at once: for more, PostgreSQL starts processes, which takes longer.
AT_ONCE = 100
NEWEST = ("-last_message_at", "-pk")
_COLUMNS = {
    "status": "status",
    "type": "ticket_type",
    "priority": "priority",
    "channel": "channel",
    "queue": "queue__slug",
    "application": "application__slug",
    "category": "category__code",
}

# The moment of its last message, and its id: what tickets are ordered by.
Place = tuple[datetime, int]


def found_in(tickets: TicketQuerySet, wanted: Wanted, *, with_notes: bool) -> list[int]:
    """Return those that meet the filters and have all words, newest first: in the subject, or of the last anywhere."""
    newest = tickets.filter(_meeting(wanted)).order_by(*NEWEST)
    if not wanted.words:
        return list(newest.values_list("pk", flat=True)[: wanted.limit])
    places = set(_by_subject(newest, wanted))
    if len(places) < wanted.limit:
        places.update(_by_text(newest, wanted.words, with_notes=with_notes))
    return [pk for _moment, pk in sorted(places, reverse=True)[: wanted.limit]]


def _by_subject(newest: TicketQuerySet, wanted: Wanted) -> list[Place]:
    # Said as a moment, for a database that is told how many rows to look at first looks at all of them.
    last = list(newest.values_list("last_message_at", flat=True)[SUBJECTS - 1 : SUBJECTS])
    told = Q(last_message_at__gte=last[0]) if last else Q()
    for word in wanted.words:
        told &= Q(subject__icontains=word)
    return list(newest.filter(told).values_list("last_message_at", "pk")[: wanted.limit])


def _by_text(newest: TicketQuerySet, words: Collection[str], *, with_notes: bool) -> list[Place]:
    """Look at what people wrote as they wrote it, but for accents and capitals: what engines know of words is away."""
    names = ("subject", "requester__name", "requester__email", "organisation__name", "organisation_claim")
    rows = list(newest.values_list("last_message_at", "pk", *names)[:TEXTS])
    said = _said_in([row[1] for row in rows], with_notes=with_notes)
    sought = [fold(word) for word in words]
    found = []
    for moment, pk, *told in rows:
        text = fold("\n".join([*filter(None, told), *said[pk]]))
        if all(word in text for word in sought):
            found.append((moment, pk))
    return found


def _said_in(ids: Sequence[int], *, with_notes: bool) -> Mapping[int, list[str]]:
    said: defaultdict[int, list[str]] = defaultdict(list)
    for start in range(0, len(ids), AT_ONCE):
        messages = Message.objects.filter(ticket__in=ids[start : start + AT_ONCE]).order_by()
        readable = messages if with_notes else messages.exclude(kind=INTERNAL)
        for pk, text in readable.values_list("ticket", Left("body__text", TEXT_LENGTH))[:MESSAGES]:
            said[pk].append(text or "")
    return said


def _meeting(wanted: Wanted) -> Q:
    """Return the filters as `search` says them of documents."""
    met = Q()
    for facet, values in wanted.filters.items():
        met &= _has_one(facet, values) if values else Q()
    for facet, values in wanted.without.items():
        met &= ~_has_one(facet, values) if values else Q()
    return met


def _has_one(facet: str, values: Collection[str]) -> Q:
    match facet:
        case "is":
            return Q(status__in=[each for each in Status if _progress(each) in values])
        case "organisation":
            named = Organisation.objects.filter(pk__in=_numbers(values))
            return Q(organisation__in=with_predecessors(named).values("pk"))
        case "assignee":
            mine = Q(assignee__in=_numbers(values))
            return mine | Q(assignee=None) if "none" in values else mine
        case opened.FACET:
            return Q(created_at__gte=opened.first_moment(values))
    return Q(**{f"{_COLUMNS[facet]}__in": values}) if facet in _COLUMNS else Q(pk__in=[])


def _progress(status: str) -> str:
    return "finished" if status in FINISHED else "open"


def _numbers(values: Collection[str]) -> list[int]:
    return [int(value) for value in values if value.isdecimal()]
