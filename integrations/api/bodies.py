"""What may be sent: the fields of each request. A field that is not listed is refused, so a typing error shows."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, get_origin
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from helpdesk.kernel.policy import RefusedError
from helpdesk.kernel.text import clean_line
from helpdesk.submissions.links import MOST
from helpdesk.tickets.content import BODY_LENGTH, SUBJECT_LENGTH, clean_body, clean_subject
from helpdesk.tickets.models import Level, SolvedBy, Status, TicketType
from integrations.api.shapes import StatusCategory
from integrations.api.validation import refused_value

NAME_LENGTH = 120
MOST_ATTACHMENTS = 50
_A_MOMENT = gettext_lazy("Give a date and time with its time zone, such as 2026-11-23T14:05:00Z.")
# Moments outside these years are a mistake, and overflow when they are brought to another time zone.
FIRST_YEAR, LAST_YEAR = 1970, 9000


def cleaned(clean: Callable[[str], str]) -> AfterValidator:
    def validate(text: str) -> str:
        try:
            return clean(text)
        except RefusedError as refusal:
            raise refused_value(str(refusal)) from refusal

    return AfterValidator(validate)


def _name(text: str) -> str:
    name = clean_line(text)
    if not name:
        raise refused_value(_("Give a name."))
    return name


def _email(text: str) -> str:
    address = clean_line(text)
    try:
        validate_email(address)
    except ValidationError as error:
        raise refused_value(_("Give an e-mail address, such as an.peeters@aalter.be.")) from error
    return address


def _code(text: str) -> str:
    """Refuse signs that no code holds: without them it would name something else, or nothing, and narrow nothing."""
    code = clean_line(text)
    if code != unicodedata.normalize("NFC", " ".join(text.split())) or (text and not code):
        raise refused_value(_("This value cannot be used here."))
    return code


def _as_rfc_3339(text: str) -> str:
    """Refuse what pydantic would read as seconds since 1970, and mend a time zone whose plus became a space."""
    if not re.match(r"\d{4}-\d\d-\d\d[Tt ]", text):
        raise refused_value(_A_MOMENT)
    return re.sub(r" (?=\d\d:\d\d$)", "+", text)


def _in_range(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise refused_value(_A_MOMENT)
    return moment.astimezone(UTC)


def _id_of(colleague: Any) -> Any:
    """Take the id of an assignee as a ticket shows it; its name is not looked at."""
    return colleague.get("id") if isinstance(colleague, dict) else colleague


def absent(description: str | None = None) -> Any:
    """Return a default that says "not sent"; None would be a value."""
    return Field(default_factory=lambda: None, description=description)


Code = Annotated[str, Field(max_length=250), AfterValidator(_code)]
Subject = Annotated[str, Field(min_length=1, max_length=SUBJECT_LENGTH), cleaned(clean_subject)]
Body = Annotated[str, Field(min_length=1, max_length=BODY_LENGTH), cleaned(clean_body)]
Moment = Annotated[AwareDatetime, BeforeValidator(_as_rfc_3339), AfterValidator(_in_range)]
OrganisationCode = Annotated[
    Code, Field(description="URI, KBO number or OVO code", examples=["0207.437.468", "OVO002225"])
]
SubmissionLink = Annotated[Code, Field(description="URI or deep link of a submission in the Digitaal Loket")]


ColleagueId = Annotated[
    str,
    Field(max_length=20),
    BeforeValidator(_id_of),
    WithJsonSchema(
        {
            "description": "An id, “me”, or an assignee as a ticket shows it",
            "anyOf": [
                {"type": "string", "maxLength": 20},
                {"type": "object", "properties": {"id": {"type": "string", "maxLength": 20}}, "required": ["id"]},
            ],
        }
    ),
]


class RequestBody(BaseModel):
    """A body of which every field is known."""

    model_config = ConfigDict(extra="forbid")


class NewRequester(RequestBody):
    """In whose name an agent or an integration asks."""

    email: Annotated[str, Field(max_length=254), AfterValidator(_email)]
    name: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH), AfterValidator(_name)]


class NewTicket(RequestBody):
    """A question."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "subject": "Ik geraak niet binnen in het Loket",
                    "body": "Na het aanmelden zie ik “Geen toegang”.",
                    "application": "loket",
                    "organisation": "0207.437.468",
                    "submissions": [
                        "https://loket.lokaalbestuur.vlaanderen.be/supervision/submissions/5f3f9c2e-0b1d-4c1a-9d55-1f7f0d3f8a11"
                    ],
                }
            ]
        }
    )

    subject: Subject
    body: Body
    ticket_type: TicketType = TicketType.QUESTION
    application: Code | None = None
    organisation: OrganisationCode | None = None
    impact: Level = Level.LOW
    urgency: Level = Level.MEDIUM
    submissions: Annotated[list[SubmissionLink], Field(max_length=MOST)] = []
    requester: NewRequester | None = Field(default=None, description="Only for agents and integrations")
    channel: Literal["api", "phone"] = "api"


class NewResolution(RequestBody):
    """What is to be learned from a solved question."""

    solved_by: SolvedBy
    avoidable: StrictBool


class TicketChanges(RequestBody):
    """What may change. A field that is absent stays as it is; null empties it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "resolved",
                    "category": "toegang.geen_recht",
                    "resolution": {"solved_by": "local_manager", "avoidable": True},
                }
            ]
        }
    )

    subject: Subject = absent()
    status: Status = absent()
    assignee: ColleagueId | None = absent()
    queue: Code = absent()
    impact: Level = absent()
    urgency: Level = absent()
    application: Code | None = absent()
    category: Code | None = absent()
    organisation: OrganisationCode | None = absent()
    resolution: NewResolution = absent()


class NewMessage(RequestBody):
    """A public reply, or a note that only the desk sees."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"body": "Wij hebben uw recht toegekend.", "kind": "public_reply"}]}
    )

    body: Body
    kind: Literal["public_reply", "internal_note"]
    status: Status = absent()
    attachment_ids: Annotated[list[UUID], Field(max_length=MOST_ATTACHMENTS)] = []


class Parameters(BaseModel):
    """What stands after the question mark of an address."""

    @field_validator("*", mode="before")
    @classmethod
    def _once(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse one that is repeated where it means one thing: nobody knows which was meant."""
        field = cls.model_fields[info.field_name or ""]
        if isinstance(value, list) and get_origin(field.annotation) is not list:
            raise refused_value(_("Give this once."))
        return value


class Paging(Parameters):
    """How much of a list, and from where."""

    cursor: str = Field(default="", description="From the `next` link of the page before")
    limit: int = Field(default=50, ge=1, le=200)


class TicketFilters(Paging):
    """What a list of tickets is narrowed down by; only what is listed here has an effect."""

    status: list[Status] = Field(default=[], description="May be repeated")
    status_category: list[StatusCategory] = Field(default=[], description="May be repeated")
    queue: Code | None = None
    assignee: Annotated[str, Field(pattern=r"^(me|none|[0-9]{1,18})$")] | None = None
    organisation: Annotated[
        Code | None,
        Field(
            description="URI, KBO number or OVO code; tickets of administrations that merged into it are included",
            examples=["0207.437.468", "OVO002225"],
        ),
    ] = None
    application: Code | None = None
    category: Code | None = None
    requester: Literal["me"] | None = None
    updated_since: Moment | None = None
    order: Literal["-last_message_at", "created_at", "priority"] = "-last_message_at"


class SearchQuery(Parameters):
    """What is looked for; without words the newest come first."""

    q: str = Field(
        default="",
        description=(
            "Words, or an exact reference, slug, URI or number. From who handles tickets also filters (status:open, "
            "-status:open, bestuur:aalst, toepassing:loket, sinds:2026-10-01, voor:7d) and, between quotation marks, "
            "words that must follow one another"
        ),
        examples=["kaartlezer status:open bestuur:aalst", "-status:gesloten sinds:2026-10-01"],
    )
    kind: Literal["article", "ticket", "organisation", "all"] = "all"
    limit: int = Field(default=50, ge=1, le=200)


class OrganisationFilters(Paging):
    """Which administrations; without any, all of them by name."""

    q: str = Field(default="", description="A name or a part of it, a former name, KBO, OVO or NIS number, or URI")
    nis: Annotated[str, Field(max_length=20), AfterValidator(_code)] = ""
