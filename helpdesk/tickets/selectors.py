"""Reading tickets: always as an actor, always through `visible_to`."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from helpdesk.accounts.actors import AGENT_ROLES, Actor, PersonActor, ServiceActor, TicketGuest
from helpdesk.accounts.models import Organisation, RoleGrant, User
from helpdesk.catalogue.models import Application
from helpdesk.kernel.keyset import Page, first_page, page_of, page_or_first
from helpdesk.kernel.questions import asked_often
from helpdesk.kernel.tokens import hash_token
from helpdesk.tickets import workflow
from helpdesk.tickets.models import (
    AccessLink,
    Attachment,
    Channel,
    Message,
    MessageDelivery,
    Queue,
    SavedView,
    Ticket,
    TicketLink,
)
from helpdesk.tickets.querysets import WAITING, TicketQuerySet, served_queue_ids
from helpdesk.tickets.reference import parse_reference

PAGE = 50
# Each order ends in the primary key, so that it is total.
ORDERS: dict[str, tuple[str, ...]] = {
    "-last_message_at": ("-last_message_at", "-id"),
    "created_at": ("created_at", "id"),
    "priority": ("-priority_rank", "created_at", "id"),
}
SHOWN = ("requester", "organisation", "application", "category", "queue", "assignee__person")


def ticket_called(actor: Actor, reference: str) -> Ticket:
    """Return the ticket with this reference, in any spelling; `Ticket.DoesNotExist` also when it is not theirs."""
    return Ticket.objects.visible_to(actor).select_related(*SHOWN).get(reference=parse_reference(reference))


def thread_of(actor: Actor, ticket: Ticket) -> list[Message]:
    """Return the messages the actor may see, oldest first, with all a page for officials shows of them."""
    messages = _with_bodies(Message.objects.visible_to(actor).filter(ticket=ticket))
    return list(messages.order_by("seq").prefetch_related("attachments"))


def _with_bodies(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Read what messages say with them, but not what a mail has besides its words."""
    return messages.select_related("body", "author").defer("body__html", "body__headers")


def mailed_message(actor: Actor, ticket: Ticket, seq: int) -> Message:
    """Return a message that came by mail, with all of its body; `Message.DoesNotExist` when it came another way."""
    messages = Message.objects.visible_to(actor).select_related("body", "author")
    return messages.get(ticket=ticket, seq=seq, channel=Channel.EMAIL)


def tickets_page(
    tickets: TicketQuerySet, *, order: str = "-last_message_at", cursor: str = "", limit: int = PAGE
) -> Page[Ticket]:
    """Return one page of tickets with what a list shows of them, in one query."""
    return page_of(tickets.select_related(*SHOWN), order=ORDERS[order], limit=limit, cursor=cursor)


# What a row of the desk's list shows, under the names it gets there: a tuple a row instead of seven objects.
ROW = {
    "requester_name": F("requester__name"),
    "organisation_name": F("organisation__name"),
    "organisation_classification": F("organisation__classification"),
    "application_name": F("application__name"),
    "assignee_name": F("assignee__person__name"),
}
ROW_COLUMNS = (
    "id", "reference", "subject", "status", "priority", "identity_assurance", "organisation_claim",
    "last_message_at", "last_direction",
)  # fmt: skip


def _rows(tickets: TicketQuerySet, order: Sequence[str] = ()) -> QuerySet[Ticket, Any]:
    """Return rows with the columns they show, and those they are ordered by."""
    columns = dict.fromkeys((*ROW_COLUMNS, *(name.removeprefix("-") for name in order)))
    return tickets.annotate(**ROW).values_list(*columns, *ROW, named=True)


def worked_on_by(actor: PersonActor) -> TicketQuerySet:
    """Return the tickets an agent handles; not those the agent once asked as an official."""
    return Ticket.objects.filter(queue__in=served_queue_ids(actor))


def desk_ticket(actor: PersonActor, reference: str) -> Ticket:
    """Return a ticket the agent handles; `Ticket.DoesNotExist` also for one they may only see as its requester."""
    return _only(_tickets_to_show(queues=served_queue_ids(actor), reference=parse_reference(reference) or ""))


def ticket_to_change(actor: PersonActor, reference: str) -> Ticket:
    """Return the same with what a form that is sent needs of it; what is shown afterwards is read afterwards."""
    return _only(_tickets_to_change(queues=served_queue_ids(actor), reference=parse_reference(reference) or ""))


def _only(found: list[Ticket]) -> Ticket:
    if not found:
        raise Ticket.DoesNotExist
    return found[0]


@asked_often
def _tickets_to_show(*, queues: list[int], reference: str) -> QuerySet[Ticket]:
    related = TicketLink.objects.filter(source=OuterRef("pk")).order_by("pk").values("target__reference")[:1]
    tickets = Ticket.objects.filter(queue__in=queues, reference=reference).select_related(*SHOWN)
    return tickets.annotate(relates_to=Subquery(related))


@asked_often
def _tickets_to_change(*, queues: list[int], reference: str) -> QuerySet[Ticket]:
    return Ticket.objects.filter(queue__in=queues, reference=reference).select_related("requester", "queue")


@dataclass(frozen=True)
class DeskThread:
    """The messages of a ticket, oldest first; their files and the mails to those who ask by the id of a message."""

    messages: list[Any]
    files: dict[int, list[Attachment]]
    mails: dict[int, list[MessageDelivery]]


def desk_thread(ticket: Ticket) -> DeskThread:
    """Return what was said about a ticket the agent handles (three queries)."""
    thread = DeskThread(_messages(ticket=ticket.pk), defaultdict(list), defaultdict(list))
    for file in _files(ticket=ticket.pk):
        thread.files[cast("int", file.message_id)].append(file)
    for mail in _mails(ticket=ticket.pk):
        thread.mails[mail.message_id].append(mail)
    return thread


@asked_often
def _messages(*, ticket: int) -> QuerySet[Message, Any]:
    said = {"author_name": F("author__name"), "text": F("body__text"), "folds": F("body__folds")}
    return Message.objects.filter(ticket=ticket).order_by("seq").annotate(**said).values_list(
        "id", "seq", "kind", "direction", "channel", "author_role", "is_unverified", "is_automatic", "created_at",
        *said, named=True,
    )  # fmt: skip


@asked_often
def _files(*, ticket: int) -> QuerySet[Attachment]:
    return Attachment.objects.filter(ticket=ticket, message__isnull=False).only("message", "filename", "size")


@asked_often
def _mails(*, ticket: int) -> QuerySet[MessageDelivery]:
    """Mail to those who ask; what went to colleagues is no part of the conversation."""
    colleagues = (MessageDelivery.Purpose.NOTIFICATION, MessageDelivery.Purpose.UNDELIVERED)
    mails = MessageDelivery.objects.filter(message__ticket=ticket).exclude(purpose__in=colleagues).order_by("id")
    return mails.only("message", "state", "address", "last_error")


def _view_called(actor: PersonActor, view: str) -> tuple[str, dict[str, Any]]:
    """Return what kind of view it is, and what it compares tickets with.

    `Queue.DoesNotExist` for a queue that is not there or not theirs.
    """
    if view.startswith("queue-"):
        return "open", {"queues": [_served_queue(actor, view.removeprefix("queue-")).pk]}
    queues = {"queues": served_queue_ids(actor)}
    return view, queues | {"assignee": actor.user_id} if view == "mine" else queues


def _tickets_in(kind: str, *, queues: list[int], assignee: int | None = None) -> TicketQuerySet:
    tickets = Ticket.objects.filter(queue__in=queues)
    if kind == "all":
        return tickets
    narrowed = {"mine": Q(assignee=assignee), "unassigned": Q(assignee=None), "waiting": Q(status__in=WAITING)}
    return tickets.open().filter(narrowed.get(kind, Q()))


def desk_rows(actor: PersonActor, ids: Sequence[int]) -> list[Any]:
    """Return rows for the desk of those of the tickets that the agent handles, in the order of the ids."""
    found = {row.id: row for row in _rows(worked_on_by(actor).filter(pk__in=ids))}
    return [found[pk] for pk in ids if pk in found]


def desk_page(actor: PersonActor, view: str, *, order: str, cursor: str) -> Page[Any]:
    """Return one page of rows of a view; the first page for a cursor that is none of this list."""
    kind, values = _view_called(actor, view)
    columns = ORDERS[order]
    if cursor:
        rows = _rows(_tickets_in(kind, **values), columns)
        return page_or_first(rows, order=columns, limit=PAGE, cursor=cursor)
    return first_page(_first_rows(kind, columns, PAGE)(**values), of=Ticket, order=columns, limit=PAGE)


@cache
def _first_rows(kind: str, columns: tuple[str, ...], limit: int) -> Callable[..., list[Any]]:
    """Return the question for the first page of a kind of view: what agents look at all day."""

    def first_rows(**values: Any) -> QuerySet[Ticket, Any]:
        return _rows(_tickets_in(kind, **values), columns).order_by(*columns)[: limit + 1]

    return asked_often(first_rows)


@dataclass(frozen=True)
class DeskCounts:
    """Open tickets of an agent's queues, for the views beside the list."""

    mine: int = 0
    unassigned: int = 0
    waiting: int = 0
    open: int = 0
    by_queue: dict[int, int] = field(default_factory=dict)


def desk_counts(actor: PersonActor) -> DeskCounts:
    """Count every view in one query: one small group for each queue and status."""
    counts: Counter[str] = Counter()
    by_queue: Counter[int] = Counter()
    for queue, status, number, assigned, mine in _open_groups(queues=served_queue_ids(actor), user=actor.user_id):
        by_queue[queue] += number
        counts["mine"] += mine
        counts["unassigned"] += number - assigned
        counts["waiting"] += number if status in WAITING else 0
    return DeskCounts(
        mine=counts["mine"],
        unassigned=counts["unassigned"],
        waiting=counts["waiting"],
        open=by_queue.total(),
        by_queue=dict(by_queue),
    )


@asked_often
def _open_groups(*, queues: list[int], user: int) -> QuerySet[Ticket, tuple[int, str, int, int, int]]:
    groups = Ticket.objects.filter(queue__in=queues).open().values_list("queue", "status")
    # "*", because an id does not stand in the index that holds all the rest.
    return groups.annotate(
        number=Count("*"), assigned=Count("assignee"), mine=Count("assignee", filter=Q(assignee=user))
    )


def served_queues(actor: PersonActor) -> list[Queue]:
    """Return the queues of the actor's teams."""
    return [queue for queue in all_queues(actor) if queue.pk in actor.memo["queue_ids"]]


def all_queues(actor: PersonActor | ServiceActor) -> list[Queue]:
    """Return every queue a ticket can be moved to, the actor's own and others; asked once per request."""
    if "queues" not in actor.memo:
        queues = _queues(teams=list(actor.team_ids))
        actor.memo.update(queues=queues, queue_ids=[queue.pk for queue in queues if queue.is_own])
    return list(actor.memo["queues"])


@asked_often
def _queues(*, teams: list[int]) -> QuerySet[Queue, Any]:
    own = Queue.teams.through.objects.filter(queue=OuterRef("pk"), team__in=teams)
    return Queue.objects.annotate(is_own=Exists(own)).order_by("name")


def tickets_bearing(kind: str, ids: Collection[int], *, after: int, limit: int) -> list[int]:
    """Return tickets above `after` that name one of these persons or administrations, in the order of their ids."""
    column = {"person": "requester", "organisation": "organisation"}[kind]
    rows = Ticket.objects.filter(**{f"{column}__in": ids}, pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def unread_attachments(message_id: int) -> list[Attachment]:
    """Return the files of a message whose words are not known yet."""
    return list(Attachment.objects.filter(message=message_id, words=None))


def saved_views(actor: PersonActor) -> list[SavedView]:
    return _saved_views(owner=actor.user_id)


@asked_often
def _saved_views(*, owner: int) -> QuerySet[SavedView]:
    return SavedView.objects.filter(owner=owner).order_by("name")


def default_queue_id() -> int | None:
    """Return the queue that takes what has no route; None before the catalogue is loaded."""
    return Queue.objects.filter(is_default=True).values_list("pk", flat=True).first()


def _served_queue(actor: PersonActor, slug: str) -> Queue:
    for queue in served_queues(actor):
        if queue.slug == slug:
            return queue
    raise Queue.DoesNotExist


def colleagues_of_queue(queue_id: int) -> dict[int, str]:
    """Return who can take tickets of the queue: the name of each account, in the order of the names."""
    return dict(_colleagues(queue=queue_id))


@asked_often
def _colleagues(*, queue: int) -> QuerySet[User, tuple[int, str]]:
    agents = RoleGrant.objects.filter(role__in=AGENT_ROLES).values("user")
    users = User.objects.filter(teams__queues=queue, is_active=True, pk__in=agents)
    return users.distinct().order_by("person__name", "pk").values_list("pk", "person__name")


@dataclass(frozen=True)
class KnownRequester:
    name: str
    email: str
    organisation: Organisation | None
    tickets: int


def requesters_at(actor: PersonActor, email: str) -> list[KnownRequester]:
    """Return who asked from this address before, as far as the agent's own queues tell, most recent first."""
    tickets = worked_on_by(actor).filter(requester__email_key=email.strip().lower())
    rows = tickets.select_related("requester", "organisation").order_by("-created_at")[:PAGE]
    counts = Counter(row.requester_id for row in rows)
    latest = {row.requester_id: row for row in reversed(rows)}
    return [
        KnownRequester(row.requester.name, row.requester.email, row.organisation, counts[requester_id])
        for requester_id, row in reversed(latest.items())
    ]


def guest_with_token(token: str) -> tuple[Ticket, TicketGuest] | None:
    """Return the ticket a `/t/` link opens; None when it is unknown, revoked, or its time is over."""
    link = (
        AccessLink.objects.select_related("ticket", *(f"ticket__{name}" for name in SHOWN))
        .filter(token_hash=hash_token(token), revoked_at=None)
        .first()
    )
    if link is None or workflow.link_is_over(link.ticket.closed_at, timezone.now()):
        return None
    return link.ticket, TicketGuest(ticket_id=link.ticket_id, person_id=link.person_id)


def application_called(slug: str) -> Application | None:
    """Return an application that can be asked about, with its route, which opening a ticket needs; None for none."""
    return next(iter(_applications_called(slug=slug)), None)


@asked_often
def _applications_called(*, slug: str) -> QuerySet[Application]:
    return Application.objects.filter(slug=slug, is_active=True).select_related("route__queue")
