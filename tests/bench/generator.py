"""Many realistic tickets, quickly: COPY instead of services, with the rows the services would have written.

The open backlog is about 6,000 whatever the number of tickets (at most six in ten of them), because a desk's backlog
does not grow with its history. The outbox is empty: everything that followed from these tickets has happened.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from helpdesk.accounts import services as accounts
from helpdesk.accounts.actors import System
from helpdesk.accounts.models import Organisation, Person, Team, User
from helpdesk.catalogue.models import Application, Category
from helpdesk.kernel import files
from helpdesk.tickets import workflow
from helpdesk.tickets.models import (
    AccessLink,
    Attachment,
    Message,
    MessageBody,
    MessageDelivery,
    Queue,
    QueueRoute,
    Ticket,
)
from helpdesk.tickets.reference import ALPHABET, LENGTH, check_character
from tests.bench import words
from tests.bench.copying import Table

CHUNK = 5_000
BACKLOG = 6_000
# The open tickets are among the newest ones: one in three of three times the backlog.
RECENT = 3 * BACKLOG
SMALL_SHARE = 0.6
MOVED_SHARE = 0.08
PERIOD = timedelta(days=730)
BODIES = 2_000
TICKETS_PER_PERSON = 4
AGENTS_PER_TEAM = 8
OPEN_STATUSES = {
    "new": 15,
    "open": 45,
    "waiting_requester": 20,
    "waiting_local_manager": 8,
    "waiting_second_line": 7,
    "waiting_vendor": 5,
}
LONG_CONVERSATION = 20
HISTORY = Ticket.history.model


@dataclass(frozen=True)
class Surroundings:
    """Ids of what the product shipped and of who works at the desk."""

    organisations: list[int]
    # Application id (None: not named), its name, and the queue its questions go to.
    routes: list[tuple[int | None, str, int]]
    # Where no route leads and agents move questions to.
    elsewhere: int
    agents: dict[int, list[tuple[int, int]]]
    categories: list[int]
    files: list[tuple[str, int]]


@dataclass
class Story:
    """One ticket while it is being made up."""

    number: int
    created_at: datetime
    application: int | None
    application_name: str
    queue: int
    requester: int
    status: str
    agent: tuple[int, int]
    messages: int
    is_long: bool = False
    id: int = 0
    last_at: datetime = field(init=False)

    @property
    def is_finished(self) -> bool:
        return self.status in workflow.FINISHED


class Generator:
    def __init__(self, number: int, *, seed: int = 7) -> None:
        self.number = number
        self.random = Random(seed)  # noqa: S311 - the same tickets each time
        self.around = surroundings()
        self.bodies = [words.body(self.random) for _ in range(BODIES)]
        self.now = timezone.now()
        self.tables = {
            model: Table(model)
            for model in (
                Person, Ticket, Message, MessageBody, MessageDelivery, AccessLink, Attachment, HISTORY,
            )
        }  # fmt: skip

    def run(self) -> dict[str, int]:
        """Write everything; return how many rows each table got."""
        with transaction.atomic(), connection.cursor() as cursor:
            # Checking each of a million keys takes longer than writing them; the ids come from the tables themselves.
            cursor.execute("SET LOCAL session_replication_role = replica")
            people = self._people()
            for position, story in enumerate(self._stories(people), 1):
                self._write(story)
                if position % CHUNK == 0:
                    self._flush()
            self._flush()
        for table in self.tables.values():
            table.continue_numbering()
        with connection.cursor() as cursor:
            # What autovacuum does some minutes later in production: no read has to mark rows any more.
            cursor.execute("VACUUM (ANALYZE)")
        return {model._meta.label: table.rows for model, table in self.tables.items()}

    def _flush(self) -> None:
        for table in self.tables.values():
            table.flush()

    def _people(self) -> list[int]:
        table = self.tables[Person]
        ids = [next(table.ids) for _ in range(max(1, self.number // TICKETS_PER_PERSON))]
        for pk in ids:
            address = f"persoon{pk}@bestuur.example"
            name = words.person_name(self.random)
            table.add(id=pk, name=name, email=address, email_key=address, created_at=self.now - PERIOD)
        return ids

    def _stories(self, people: list[int]) -> Iterator[Story]:
        """Make up the tickets, oldest first; the newest but one is the long conversation."""
        recent = min(self.number, RECENT)
        share = min(BACKLOG, SMALL_SHARE * self.number) / recent
        for position in range(self.number):
            application, name, queue = self.random.choice(self.around.routes)
            queue = self.around.elsewhere if self.random.random() < MOVED_SHARE else queue
            is_open = self.number - position <= recent and self.random.random() < share
            is_long = position == max(0, self.number - 2)
            yield Story(
                number=position,
                created_at=self.now - PERIOD * (self.number - position) / self.number,
                application=application,
                application_name=name,
                queue=queue,
                requester=self.random.choice(people),
                status=self._status(is_open=is_open or is_long),
                agent=self.random.choice(self.around.agents[queue]),
                messages=LONG_CONVERSATION if is_long else self._length(),
                is_long=is_long,
            )

    def _status(self, *, is_open: bool) -> str:
        if is_open:
            return self.random.choices(list(OPEN_STATUSES), weights=list(OPEN_STATUSES.values()))[0]
        return self.random.choice(("resolved", "closed", "closed", "closed"))

    def _length(self) -> int:
        return self.random.choices(words.MESSAGE_COUNTS, weights=words.MESSAGE_WEIGHTS)[0]

    def _write(self, story: Story) -> None:
        story.id = next(self.tables[Ticket].ids)
        last_public = story.created_at
        kinds = [self._kind(story, seq) for seq in range(1, story.messages + 1)]
        # Close together, so that no message is written after now.
        step = min(timedelta(hours=self.random.uniform(0.1, 6)), (self.now - story.created_at) / (story.messages + 1))
        for seq, kind in enumerate(kinds, 1):
            moment = story.created_at + step * (seq - 1)
            self._write_message(story, seq, kind, moment)
            last_public = last_public if kind == "internal_note" else moment
        story.last_at = last_public
        self._write_ticket(story, kinds)
        self._write_link(story)

    def _kind(self, story: Story, seq: int) -> str:
        if seq == 1:
            return "public_reply"
        if story.is_long:
            return "internal_note" if seq % 5 == 0 else "public_reply"
        return "internal_note" if self.random.random() < 0.15 else "public_reply"

    def _write_message(self, story: Story, seq: int, kind: str, moment: datetime) -> None:
        pk = next(self.tables[Message].ids)
        from_agent = kind == "internal_note" or seq % 2 == 0
        self.tables[Message].add(
            id=pk,
            ticket_id=story.id,
            seq=seq,
            kind=kind,
            direction=_direction(kind, from_agent=from_agent),
            channel="web",
            author_id=story.agent[1] if from_agent else story.requester,
            author_role="agent" if from_agent else "requester",
            created_at=moment,
        )
        self.tables[MessageBody].add(message_id=pk, text=self.random.choice(self.bodies), folds="[]", headers="[]")
        if seq == 1 or (from_agent and kind == "public_reply"):
            self._write_delivery(story, pk, "confirmation" if seq == 1 else "reply", moment)
        if self._has_file(story, seq):
            self._write_attachment(story, pk, moment)

    def _write_delivery(self, story: Story, message: int, purpose: str, moment: datetime) -> None:
        self.tables[MessageDelivery].add(
            id=next(self.tables[MessageDelivery].ids),
            message_id=message,
            person_id=story.requester,
            address=f"persoon{story.requester}@bestuur.example",
            purpose=purpose,
            state="sent",
            attempts=1,
            created_at=moment,
            sent_at=moment + timedelta(seconds=1),
        )

    def _has_file(self, story: Story, seq: int) -> bool:
        if story.is_long:
            return seq in {1, 6, 11}
        return seq == 1 and self.random.random() < 0.1

    def _write_attachment(self, story: Story, message: int, moment: datetime) -> None:
        sha256, size = self.random.choice(self.around.files)
        self.tables[Attachment].add(
            id=UUID(int=self.random.getrandbits(128), version=4),
            ticket_id=story.id,
            message_id=message,
            uploaded_by=f"guest:{story.requester}",
            filename="schermafdruk.png",
            content_type="image/png",
            size=size,
            sha256=sha256,
            created_at=moment,
        )

    def _write_ticket(self, story: Story, kinds: list[str]) -> None:
        public = [seq for seq, kind in enumerate(kinds, 1) if kind == "public_reply"]
        decided = self._decided(story)
        row = {
            **decided,
            "subject": words.subject(self.random, story.application_name),
            "priority_rank": workflow.RANKS[decided["priority"]],
            "last_seq": story.messages,
            "message_count": story.messages,
            "public_message_count": len(public),
            "last_message_at": story.last_at,
            "last_direction": "outbound" if public[-1] % 2 == 0 else "inbound",
            "updated_at": story.last_at,
            "public_updated_at": story.last_at,
        }
        self.tables[Ticket].add(**row)
        self._write_history(story, decided)

    def _decided(self, story: Story) -> dict[str, Any]:
        """Return the columns that the history keeps too."""
        impact, urgency = self.random.choice(("low", "medium", "high")), self.random.choice(("low", "medium", "high"))
        assigned = story.status != "new" and self.random.random() < 0.8
        return {
            "id": story.id,
            "reference": reference(self.random, story.id),
            "ticket_type": self.random.choice(("question", "question", "incident", "service_request")),
            "impact": impact,
            "urgency": urgency,
            "priority": str(workflow.priority_of(impact, urgency)),
            "status": story.status,
            "channel": "web",
            "identity_assurance": self.random.choice(("unverified", "mail_verified", "mail_verified", "acm_idm")),
            "requester_id": story.requester,
            "organisation_id": self.random.choice(self.around.organisations),
            "application_id": story.application,
            "category_id": self.random.choice(self.around.categories) if story.is_finished else None,
            "queue_id": story.queue,
            "assignee_id": story.agent[0] if assigned else None,
            "solved_by": "helpdesk" if story.is_finished else "",
            "avoidable": self.random.random() < 0.4 if story.is_finished else None,
            "created_at": story.created_at,
            "resolved_at": story.last_at if story.is_finished else None,
            "closed_at": story.last_at if story.status == "closed" else None,
        }

    def _write_history(self, story: Story, decided: dict[str, Any]) -> None:
        table = self.tables[HISTORY]
        opened = decided | {"status": "new", "resolved_at": None, "closed_at": None, "assignee_id": None}
        opened |= {"category_id": None, "solved_by": "", "avoidable": None}
        steps = [("+", opened, story.created_at, "visitor", "_open_ticket")]
        if story.status != "new":
            steps.append(("~", decided, story.last_at, f"user:{story.agent[0]}", "change_ticket"))
        for kind, values, moment, who, action in steps:
            table.add(
                **values,
                history_id=next(table.ids),
                history_type=kind,
                history_date=moment,
                history_user_id=who,
                history_change_reason=action,
            )

    def _write_link(self, story: Story) -> None:
        self.tables[AccessLink].add(
            id=next(self.tables[AccessLink].ids),
            ticket_id=story.id,
            person_id=story.requester,
            nonce=f"made-up-{story.id}",
            token_hash=hashlib.sha256(f"made up {story.id}".encode()).hexdigest(),
            created_at=story.created_at,
        )


def reference(random: Random, pk: int) -> str:
    """Return a reference that is as good as random and belongs to this id alone."""
    # Multiplying by an odd number modulo a power of two reaches every value once.
    scattered = (pk * 0x2F0B4A65) % len(ALPHABET) ** LENGTH
    body = "".join(ALPHABET[scattered // len(ALPHABET) ** power % len(ALPHABET)] for power in range(LENGTH))
    return f"AP-{body}-{check_character(body)}"


def surroundings() -> Surroundings:
    _hire()
    default = Queue.objects.get(is_default=True)
    routes = dict(QueueRoute.objects.values_list("application_id", "queue_id"))
    named = [(pk, name, routes.get(pk, default.pk)) for pk, name in Application.objects.values_list("pk", "name")]
    unnamed: list[tuple[int | None, str, int]] = [(None, "een toepassing", default.pk)] * (len(named) // 6)
    queues = Queue.objects.all()
    agents = {
        queue.pk: list(User.objects.filter(teams__queues=queue).values_list("pk", "person_id")) for queue in queues
    }
    return Surroundings(
        organisations=list(Organisation.objects.values_list("pk", flat=True)),
        routes=[*named, *unnamed],
        elsewhere=Queue.objects.get(slug="andere-entiteit").pk,
        agents=agents,
        categories=list(Category.objects.exclude(parent=None).values_list("pk", flat=True)),
        files=[(stored.sha256, stored.size) for stored in (files.store([b"picture %d" % n]) for n in range(20))],
    )


def _hire() -> None:
    """Give each team as many agents as a real one."""
    for team in Team.objects.all():
        members = list(team.members.all())
        for number in range(AGENTS_PER_TEAM):
            username = f"agent-{team.pk}-{number}"
            person = accounts.person_called(name=f"Agent {team.pk}.{number}", email=f"{username}@contactpunt.example")
            user = accounts.create_user(actor=System(), username=username, person=person, email_is_verified=True)
            accounts.set_roles(actor=System(), user=user, roles=frozenset({"agent"}))
            members.append(user)
        accounts.set_team_members(actor=System(), team=team, members=members)


def _direction(kind: str, *, from_agent: bool) -> str:
    if kind == "internal_note":
        return "internal"
    return "outbound" if from_agent else "inbound"
