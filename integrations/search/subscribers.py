"""The index follows what happens: many events at once, each object once."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from helpdesk.accounts.events import NamesChanged
from helpdesk.kernel.events import Event, TryLaterError, publish
from helpdesk.search.engine import EngineUnavailableError, ObjectRef
from helpdesk.search.events import DocumentsChanged
from helpdesk.search.indexing import index
from helpdesk.tickets.events import MessagePosted, TicketChanged, TicketOpened, TicketsFoundAnew
from helpdesk.tickets.selectors import tickets_bearing

INDEX_LEASE_S = 120
# While the engine is away everything waits this long before the next try.
INDEX_DELAYS_S = (5, 15, 60)
AT_ONCE = 200


def index_changes(events: list[Event]) -> None:
    _index(sorted({ref for event in events for ref in _objects_of(event)}))


def index_names(events: list[NamesChanged | TicketsFoundAnew]) -> None:
    """Index a part of the tickets that bear a name which changed; the rest waits behind what others changed."""
    left = []
    for event in events:
        after = event.last_ticket_id if isinstance(event, TicketsFoundAnew) else 0
        part = tickets_bearing(event.kind, event.object_ids, after=after, limit=AT_ONCE)
        _index([ObjectRef("ticket", pk) for pk in part])
        if len(part) == AT_ONCE:
            left.append(TicketsFoundAnew(kind=event.kind, object_ids=event.object_ids, last_ticket_id=part[-1]))
    with transaction.atomic():
        publish(*left)


def _index(refs: Sequence[ObjectRef]) -> None:
    try:
        for start in range(0, len(refs), AT_ONCE):
            index(refs[start : start + AT_ONCE])
    except EngineUnavailableError as error:
        raise TryLaterError(str(error)) from error


def _objects_of(event: Event) -> Iterable[ObjectRef]:
    match event:
        case TicketOpened() | MessagePosted() | TicketChanged():
            return [ObjectRef("ticket", event.ticket_id)]
        case DocumentsChanged():
            return [ObjectRef(event.kind, object_id) for object_id in event.object_ids]
    return []
