"""The conversation as the desk shows it, every text made beforehand."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat, urlize
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpdesk.kernel.moments import Moment, moment
from helpdesk.tickets.models import Attachment, Message, MessageDelivery, Ticket

# Without one of these there is no address in a text, and looking for one is the slowest part of the page.
ADDRESS_MARKS = ("://", "www.", "@", ".com", ".org", ".net")
STATE = MessageDelivery.State
DELIVERY_ICONS: dict[str, str] = {STATE.SENT: "check", STATE.QUEUED: "clock"}


@dataclass(frozen=True)
class File:
    name: str
    size: str
    url: str


@dataclass(frozen=True)
class Delivery:
    state: str
    icon: str
    text: str
    problem: str


@dataclass(frozen=True)
class Entry:
    """`look`: question, answer, note or system; `kind` says the same in words."""

    seq: int
    look: str
    icon: str
    kind: str
    author: str
    at: Moment
    text: SafeString
    files: list[File]
    deliveries: list[Delivery]


def entries_of(ticket: Ticket, messages: Iterable[Message]) -> list[Entry]:
    now, kinds, states = timezone.now(), _kinds(), _states()
    found = []
    for message in messages:
        look = _look(message)
        icon, kind = kinds["participant" if message.author_role == Message.AuthorRole.PARTICIPANT else look]
        entry = Entry(
            seq=message.seq,
            look=look,
            icon=icon,
            kind=kind,
            author=message.author.name if message.author else str(message.get_author_role_display()),
            at=moment(message.created_at, now),
            text=linked(message.body.text),
            files=[file_of(ticket, attachment) for attachment in message.attachments.all()],
            deliveries=[_delivery(delivery, states) for delivery in message.deliveries.all()],
        )
        found.append(entry)
    return found


def _kinds() -> dict[str, tuple[str, str]]:
    """Return the icon and the words for each look, and for a participant's question."""
    return {
        "question": ("user", _("Requester")),
        "participant": ("user", _("Participant")),
        "answer": ("reply", _("Reply to the requester")),
        "note": ("lock", _("Internal note, agents only")),
        "system": ("info", _("System")),
    }


def _states() -> dict[str, str]:
    return {
        STATE.SENT: _("Mailed to %(address)s"),
        STATE.QUEUED: _("On its way to %(address)s"),
        STATE.HELD: _("Held back: not mailed to %(address)s"),
        STATE.FAILED: _("Not delivered to %(address)s"),
    }


def file_of(ticket: Ticket, attachment: Attachment) -> File:
    url = reverse("desk:attachment", args=[ticket.reference, attachment.pk])
    return File(attachment.filename, filesizeformat(attachment.size), url)


def linked(text: str) -> SafeString:
    """Return the text as safe HTML in which addresses are links."""
    if any(mark in text for mark in ADDRESS_MARKS):
        return SafeString(urlize(text, autoescape=True))
    return escape(text)


def _look(message: Message) -> str:
    if message.kind == Message.Kind.SYSTEM:
        return "system"
    if message.is_internal:
        return "note"
    return "answer" if message.direction == Message.Direction.OUTBOUND else "question"


def _delivery(delivery: MessageDelivery, states: dict[str, str]) -> Delivery:
    return Delivery(
        state=delivery.state,
        icon=DELIVERY_ICONS.get(delivery.state, "triangle-alert"),
        text=states[delivery.state] % {"address": delivery.address},
        problem=delivery.last_error,
    )
