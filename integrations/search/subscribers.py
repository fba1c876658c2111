"""The index follows what happens: many events at once, each object once."""

from collections.abc import Iterable

from helpdesk.kernel.events import Event, TryLaterError
from helpdesk.search.engine import EngineUnavailableError, ObjectRef, engine
from helpdesk.search.events import DocumentsChanged
from helpdesk.search.indexing import index
from helpdesk.tickets.events import MessagePosted, TicketChanged, TicketOpened

INDEX_LEASE_S = 120
# While the engine is away everything waits this long before the next try.
INDEX_DELAYS_S = (5, 15, 60)
AT_ONCE = 200


def index_changes(events: list[Event]) -> None:
    refs = sorted({ref for event in events for ref in _objects_of(event)})
    try:
        for start in range(0, len(refs), AT_ONCE):
            index(refs[start : start + AT_ONCE], engine=engine())
    except EngineUnavailableError as error:
        raise TryLaterError(str(error)) from error


def _objects_of(event: Event) -> Iterable[ObjectRef]:
    match event:
        case TicketOpened() | MessagePosted() | TicketChanged():
            return [ObjectRef("ticket", event.ticket_id)]
        case DocumentsChanged():
            return [ObjectRef(event.kind, object_id) for object_id in event.object_ids]
    return []
