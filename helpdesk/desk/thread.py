"""The conversation as the desk shows it, every text made beforehand."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpdesk.kernel.moments import Moment, clock
from helpdesk.kernel.shown import Shown
from helpdesk.tickets.models import Attachment, Channel, Message, MessageDelivery, Ticket
from helpdesk.tickets.rendering import html_with_folds
from helpdesk.tickets.selectors import DeskThread, desk_thread

SPRITE = "vendor/lucide/sprite.svg"
STATE = MessageDelivery.State
Kind = Message.Kind
DELIVERY_ICONS: dict[str, str] = {STATE.SENT: "check", STATE.QUEUED: "clock"}


@dataclass(frozen=True)
class File(Shown):
    name: str
    size: str
    url: str


@dataclass(frozen=True)
class Delivery(Shown):
    state: str
    icon: str
    text: str
    problem: str


@dataclass(frozen=True)
class Entry(Shown):
    """`look`: question, answer, note or system; `kind` says the same in words."""

    seq: int
    anchor: str
    look: str
    icon: str
    kind: str
    author: str
    at: Moment
    text: SafeString
    files: list[File]
    deliveries: list[Delivery]
    # Where the mail it came in can be seen; "" when it came another way.
    mail_url: str
    is_unverified: bool
    is_automatic: bool


def thread_of_desk(ticket: Ticket) -> list[Entry]:
    thread = desk_thread(ticket)
    return _entries(ticket, thread, thread.messages, "m")


def news_since(ticket: Ticket, seen: int) -> list[Entry]:
    """Return what was said to or by the requester after message `seen`, for a page that did not show it yet."""
    thread = desk_thread(ticket)
    unseen = [message for message in thread.messages if message.seq > seen and message.kind != Kind.INTERNAL_NOTE]
    return _entries(ticket, thread, unseen, "news")


def _entries(ticket: Ticket, thread: DeskThread, messages: Iterable[Any], prefix: str) -> list[Entry]:
    tell, kinds, states, sprite = clock(), _kinds(), _states(), static(SPRITE)
    address = reverse("desk:ticket", args=[ticket.reference])
    found = []
    for message in messages:
        look = _look(message)
        icon, kind = kinds["participant" if message.author_role == Message.AuthorRole.PARTICIPANT else look]
        entry = Entry(
            seq=message.seq,
            anchor=f"{prefix}{message.seq}",
            look=look,
            icon=f"{sprite}#{icon}",
            kind=kind,
            author=_author_of(message),
            at=tell(message.created_at),
            text=html_with_folds(message.text, message.folds),
            files=[file_of(ticket, attachment) for attachment in thread.files[message.id]],
            deliveries=[_delivery(delivery, states) for delivery in thread.mails[message.id]],
            mail_url=f"{address}mail/{message.seq}/" if message.channel == Channel.EMAIL else "",
            is_unverified=message.is_unverified,
            is_automatic=message.is_automatic,
        )
        found.append(entry)
    return found


def _author_of(message: Any) -> str:
    if message.author_name is not None:
        return str(message.author_name)
    return _("The system") if message.author_role == Message.AuthorRole.SYSTEM else _("The contact point")


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


def _look(message: Any) -> str:
    if message.kind == Kind.SYSTEM:
        return "system"
    if message.kind == Kind.INTERNAL_NOTE:
        return "note"
    return "answer" if message.direction == Message.Direction.OUTBOUND else "question"


def _delivery(delivery: MessageDelivery, states: dict[str, str]) -> Delivery:
    return Delivery(
        state=delivery.state,
        icon=DELIVERY_ICONS.get(delivery.state, "triangle-alert"),
        text=states[delivery.state] % {"address": delivery.address},
        problem=delivery.last_error,
    )
