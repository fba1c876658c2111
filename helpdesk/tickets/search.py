"""What of tickets can be found: all of it by who handles them, what was said in public by who asked."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from helpdesk.accounts import organisations
from helpdesk.accounts.actors import Actor, PersonActor, ServiceActor
from helpdesk.accounts.models import Person
from helpdesk.kernel.questions import asked_often
from helpdesk.search.documents import Document
from helpdesk.search.sources import Shown, Wanted
from helpdesk.tickets import opened
from helpdesk.tickets.models import Assurance, Attachment, Message, Ticket
from helpdesk.tickets.querysets import FINISHED, VERIFIED, served_queue_ids
from helpdesk.tickets.reference import PLACEHOLDER, body_of
from helpdesk.tickets.rendering import own_words
from helpdesk.tickets.standing_in import found_in

# About fifty pages; what comes after that has been said before.
LONGEST_TEXT = 100_000
# Whom a document is for, as its key says it.
FOR_ALL, FOR_HANDLERS, FOR_ASKERS = ":all", "", ":asked"
# Said of what is for no queue: where of all documents something is kept, it is looked up twice as fast.
NO_QUEUE = "queue:none"
_COLUMNS = (
    "pk", "reference", "subject", "status", "ticket_type", "priority", "channel", "identity_assurance",
    "requester_id", "organisation_id", "assignee_id", "queue_id", "created_at", "updated_at",
    "queue__slug", "application__slug", "category__code",
    "requester__name", "requester__email", "organisation__name", "organisation_claim",
)  # fmt: skip


class Tickets:
    kind = "ticket"
    narrows = True

    def ids(self) -> Iterator[int]:
        return Ticket.objects.order_by("pk").values_list("pk", flat=True).iterator()

    def documents(self, ids: Collection[int]) -> list[Document]:
        said = _said_in(ids)
        return [document for row in _rows_of(ids) for document in _documents_of(row, said[row["pk"]])]

    def audience_of(self, actor: Actor) -> frozenset[str]:
        """An agent finds what they handle; what they once asked they find as an official, and nothing twice."""
        return frozenset(_as_agent(actor) or _as_requester(actor))

    def shown(self, actor: Actor, ids: Collection[int]) -> Mapping[int, Shown]:
        """Show whoever handles tickets those alone, as `audience_of` finds them nothing else."""
        queues = _queues_of(actor)
        rows = _handled(queues=queues, ids=list(ids)) if queues else _shown(Ticket.objects.visible_to(actor), ids)
        address = reverse("desk:ticket" if queues else "portal:ticket", args=[PLACEHOLDER])
        return {
            pk: Shown(
                title=subject,
                url=address.replace(PLACEHOLDER, reference),
                public_id=reference,
                keys=_keys(pk, is_handled=bool(queues)),
            )
            for pk, reference, subject in rows
        }

    def matching(self, actor: Actor, wanted: Wanted) -> list[int]:
        queues = _queues_of(actor)
        tickets = Ticket.objects.filter(queue__in=queues) if queues else Ticket.objects.visible_to(actor)
        return found_in(tickets, wanted, with_notes=bool(queues))


@asked_often
def _handled(*, queues: list[int], ids: list[int]) -> QuerySet[Ticket, tuple[int, str, str]]:
    return _shown(Ticket.objects.filter(queue__in=queues), ids)


def _shown(tickets: QuerySet[Ticket], ids: Collection[int]) -> QuerySet[Ticket, tuple[int, str, str]]:
    return tickets.filter(pk__in=ids).values_list("pk", "reference", "subject")


def _rows_of(ids: Collection[int]) -> list[Mapping[str, Any]]:
    """Return what of tickets goes in the index, and as `organisations` whose business each is."""
    rows = list(Ticket.objects.filter(pk__in=ids).values(*_COLUMNS).order_by("pk"))
    named = {row["organisation_id"] for row in rows if row["organisation_id"]}
    # Who filters on a merged municipality wants what was asked for the old ones too, counts included.
    successors = organisations.successors_of(named)
    return [
        row | {"organisations": [row["organisation_id"], *successors.get(row["organisation_id"], ())]} for row in rows
    ]


def _said_in(ids: Collection[int]) -> Mapping[int, list[tuple[bool, str]]]:
    """Return of each ticket what its messages and files say, and whether it is internal; no quotes or signatures."""
    messages = Message.objects.filter(ticket__in=ids).order_by("ticket", "seq")
    said: defaultdict[int, list[tuple[bool, str]]] = defaultdict(list)
    for ticket_id, kind, text, folds in messages.values_list("ticket", "kind", "body__text", "body__folds"):
        said[ticket_id].append((kind == Message.Kind.INTERNAL_NOTE, own_words(text or "", folds or [])))
    # A file that still waits for its message is part of no conversation.
    sent = Attachment.objects.filter(ticket__in=ids, message__isnull=False).order_by("ticket", "message__seq", "pk")
    for ticket_id, kind, name, words in sent.values_list("ticket", "message__kind", "filename", "words__text"):
        said[ticket_id].append((kind == Message.Kind.INTERNAL_NOTE, f"{name}\n{words or ''}".strip()))
    return said


def _documents_of(row: Mapping[str, Any], said: list[tuple[bool, str]]) -> Iterator[Document]:
    """One for all who may see it as long as they may read the same: what is kept twice is looked through twice."""
    everything = [text for _is_internal, text in said]
    public = [text for is_internal, text in said if not is_internal]
    handlers, askers = {f"queue:{row['queue_id']}"}, _askers_of(row)
    if len(public) == len(everything):
        yield _document(row, _key(row["pk"], FOR_ALL), everything, handlers | askers)
        return
    yield _document(row, _key(row["pk"], FOR_HANDLERS), everything, handlers)
    if askers:
        yield _document(row, _key(row["pk"], FOR_ASKERS), public, askers | {NO_QUEUE})


def _document(row: Mapping[str, Any], key: str, texts: list[str], audience: set[str]) -> Document:
    return Document(
        key=key,
        kind="ticket",
        object_id=row["pk"],
        version=int(row["updated_at"].timestamp() * 1_000_000),
        title=row["subject"],
        # Whoever rings up is found by their name.
        text="\n".join(["\n".join(texts)[:LONGEST_TEXT], *_people_of(row)]),
        audience=frozenset(audience),
        codes=(row["reference"], body_of(row["reference"])),
        facets=_facets_of(row),
    )


def _people_of(row: Mapping[str, Any]) -> list[str]:
    names = ("requester__name", "requester__email", "organisation__name", "organisation_claim")
    return [row[name] for name in names if row[name]]


def _facets_of(row: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    values = {
        "is": "finished" if row["status"] in FINISHED else "open",
        "status": row["status"],
        "type": row["ticket_type"],
        "priority": row["priority"],
        "channel": row["channel"],
        "queue": row["queue__slug"],
        "application": row["application__slug"],
        "category": row["category__code"],
        "assignee": row["assignee_id"] or "none",
    }
    facets = {name: (str(value),) for name, value in values.items() if value}
    others = {
        "organisation": tuple(str(pk) for pk in row["organisations"] if pk),
        opened.FACET: opened.opened_on(localdate(row["created_at"])),
    }
    return {**facets, **others}


def _askers_of(row: Mapping[str, Any]) -> set[str]:
    """Return the keywords of who may see it as its requester, as `querysets` says it of rows."""
    if row["identity_assurance"] not in VERIFIED:
        return set()
    by_address = {f"asked:{row['requester_id']}"}
    if row["identity_assurance"] == Assurance.ACM_IDM:
        return by_address | {f"asked.signed_in:{row['requester_id']}"}
    return by_address


def _as_agent(actor: Actor) -> list[str]:
    return [f"queue:{queue_id}" for queue_id in _queues_of(actor)]


def _as_requester(actor: Actor) -> list[str]:
    if not isinstance(actor, PersonActor):
        return []
    mine = [f"asked.signed_in:{actor.person_id}"]
    if not actor.email_is_verified:
        return mine
    same_address = Person.objects.filter(email_key=actor.email_key).values_list("pk", flat=True)
    return mine + [f"asked:{person_id}" for person_id in same_address]


def _queues_of(actor: Actor) -> list[int]:
    if isinstance(actor, PersonActor | ServiceActor) and actor.is_agent:
        return served_queue_ids(actor)
    return []


def _keys(pk: int, *, is_handled: bool) -> frozenset[str]:
    """Return which documents are theirs: who no longer serves the queue must see nothing of its notes."""
    return frozenset({_key(pk, FOR_ALL), _key(pk, FOR_HANDLERS if is_handled else FOR_ASKERS)})


def _key(pk: int, readers: str) -> str:
    return f"ticket:{pk}{readers}"
