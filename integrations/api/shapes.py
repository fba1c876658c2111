"""What the API says: the shapes of its answers, as the interface contract fixes them."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from helpdesk.tickets.models import (
    Assurance,
    Channel,
    Level,
    MessageDelivery,
    Priority,
    Status,
    TicketType,
)
from helpdesk.tickets.models import (
    Message as TicketMessage,
)


class StatusCategory(StrEnum):
    """The status as the outside groups it; all waits for others are one."""

    NEW = "new"
    OPEN = "open"
    WAITING_REQUESTER = "waiting_requester"
    WAITING_THIRD_PARTY = "waiting_third_party"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Shape(BaseModel):
    """One object of an answer."""


def example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class Colleague(Shape):
    id: str
    name: str


class Requester(Shape):
    id: str
    name: str
    email: str


class TicketOrganisation(Shape):
    """`proven`: the login named this administration; else somebody said so."""

    uri: str
    name: str
    kbo_number: str | None
    ovo_code: str | None
    proven: bool


class Submission(Shape):
    """A submission in the Digitaal Loket."""

    uri: str
    url: str


class Ticket(Shape):
    """A question. Who asked it sees times and numbers without the desk's internal notes."""

    model_config = example(
        reference="AP-7K3M9Q-X",
        subject="Ik geraak niet binnen in het Loket",
        ticket_type="question",
        status="waiting_local_manager",
        status_category="waiting_third_party",
        impact="low",
        urgency="medium",
        priority="normal",
        channel="api",
        queue="aanmelden",
        assignee={"id": "12", "name": "Bram De Smet"},
        requester={"id": "34", "name": "An Peeters", "email": "an.peeters@aalter.example"},
        organisation={
            "uri": "http://data.lblod.info/id/bestuurseenheden/5116efa8-e96e-46a2-aba6-c077e9056a96",
            "name": "Aalter",
            "kbo_number": "0207437468",
            "ovo_code": "OVO002225",
            "proven": True,
        },
        application="loket",
        category="toegang.geen_recht",
        identity_assurance="acm_idm",
        created_at="2026-11-23T13:05:00Z",
        updated_at="2026-11-23T13:35:00Z",
        last_message_at="2026-11-23T13:35:00Z",
        message_count=2,
        submissions=[],
    )

    reference: str
    subject: str
    ticket_type: TicketType
    status: Status
    status_category: StatusCategory
    impact: Level
    urgency: Level
    priority: Priority
    channel: Channel
    queue: str
    assignee: Colleague | None
    requester: Requester
    organisation: TicketOrganisation | None
    application: str | None
    category: str | None
    identity_assurance: Assurance
    created_at: AwareDatetime
    updated_at: AwareDatetime
    last_message_at: AwareDatetime
    message_count: int
    submissions: list[Submission]


class Author(Shape):
    name: str
    role: TicketMessage.AuthorRole


class Attachment(Shape):
    """`url` gives the file with the same token."""

    id: str
    filename: str
    content_type: str
    size: int
    sha256: str
    url: str


class Delivery(Shape):
    address: str
    state: MessageDelivery.State
    attempts: int
    last_error: str


class Message(Shape):
    """`delivery` is empty for who does not work on the ticket."""

    model_config = example(
        id="56",
        seq=2,
        kind="public_reply",
        direction="outbound",
        author={"name": "Bram De Smet", "role": "agent"},
        body_text="Wij hebben uw recht toegekend.",
        body_html="<p>Wij hebben uw recht toegekend.</p>",
        created_at="2026-11-23T13:35:00Z",
        attachments=[],
        delivery=[{"address": "an.peeters@aalter.example", "state": "sent", "attempts": 1, "last_error": ""}],
    )

    id: str
    seq: int
    kind: TicketMessage.Kind
    direction: TicketMessage.Direction
    author: Author
    body_text: str
    body_html: str
    created_at: AwareDatetime
    attachments: list[Attachment]
    delivery: list[Delivery]


class HistoryEntry(Shape):
    """`changes` gives each field's old and new value; who asked the ticket sees its statuses only."""

    at: AwareDatetime
    actor: str
    action: str = Field(examples=["open_ticket", "change_ticket"])
    changes: dict[str, Annotated[list[Any], Field(min_length=2, max_length=2)]]


class Organisation(Shape):
    """An administration; a dissolved one has `valid_until` and its successors."""

    uri: str
    name: str
    classification: str
    kbo_number: str | None
    ovo_code: str | None
    nis_code: str | None
    valid_from: date | None
    valid_until: date | None
    successors: list[str]


class Application(Shape):
    """An application of the Flemish government, and who helps with it."""

    slug: str
    name: str
    owner: str
    url: str
    login: str
    right: str
    contact: str


class TicketList(Shape):
    items: list[Ticket]
    next: str | None


class MessageList(Shape):
    items: list[Message]
    next: str | None


class HistoryList(Shape):
    items: list[HistoryEntry]
    next: str | None


class OrganisationList(Shape):
    items: list[Organisation]
    next: str | None


class ApplicationList(Shape):
    items: list[Application]
    next: str | None


class FieldProblem(Shape):
    """`pointer` is a JSON pointer into the body, or "/" and the name of a parameter."""

    pointer: str = Field(examples=["/subject"])
    detail: str


class Problem(Shape):
    """Every refusal, as RFC 9457 describes."""

    model_config = example(
        type="about:blank",
        title="Er klopt iets niet in deze aanvraag",
        status=422,
        detail="Verbeter de velden die bij “errors” staan en stuur het opnieuw.",
        errors=[{"pointer": "/subject", "detail": "Geef een onderwerp."}],
    )

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem]
