"""What each delivery becomes: which mail, with which words, for whom."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from helpdesk.tickets.models import AccessLink, Message, MessageDelivery
from helpdesk.tickets.rendering import own_words
from helpdesk.tickets.services import token_of
from integrations.mail import addresses
from integrations.mail.messages import Envelope, OutgoingMail, compose

PREVIEW_LENGTH = 120
REFERENCES = 20
PURPOSE, STATE = MessageDelivery.Purpose, MessageDelivery.State
# The numbers of a ticket and a person.
Pair = tuple[int, int]


@dataclass(frozen=True)
class Letter:
    template: str
    # RFC 3834; empty when a person wrote it.
    automatic: str = ""


LETTERS = {
    PURPOSE.CONFIRMATION: Letter("ticket_received", automatic="auto-replied"),
    PURPOSE.NEW_LINK: Letter("new_link", automatic="auto-generated"),
    PURPOSE.REPLY: Letter("reply"),
    PURPOSE.NOTIFICATION: Letter("notification", automatic="auto-generated"),
    PURPOSE.UNDELIVERED: Letter("undelivered", automatic="auto-generated"),
}
FOR_COLLEAGUES = (PURPOSE.NOTIFICATION, PURPOSE.UNDELIVERED)


@dataclass(frozen=True)
class Addressed:
    """A delivery, and what its recipient knows: the newest open link, and which mails about the ticket they got."""

    delivery: MessageDelivery
    link: AccessLink | None
    earlier: tuple[int, ...]


def letters_for(ids: Collection[int]) -> dict[int, Addressed]:
    """Read together what several mails are made of, by the number of their delivery."""
    related = ("message__ticket", "message__body", "person")
    deliveries = MessageDelivery.objects.select_related(*related).prefetch_related("message__attachments")
    found = deliveries.in_bulk(ids)
    pairs = {_pair(delivery) for delivery in found.values()}
    links, earlier = _links(pairs), _mailed(pairs)
    return {
        pk: Addressed(each, links.get(_pair(each)), tuple(other for other in earlier[_pair(each)] if other < pk))
        for pk, each in found.items()
    }


def mail_for(addressed: Addressed) -> OutgoingMail:
    """Return the mail of a delivery, with the same identifiers at each attempt."""
    letter = LETTERS[PURPOSE(addressed.delivery.purpose)]
    return compose(letter.template, _words(addressed), _envelope(addressed, letter))


def _words(addressed: Addressed) -> dict[str, Any]:
    delivery = addressed.delivery
    ticket = delivery.message.ticket
    if delivery.purpose in FOR_COLLEAGUES:
        return _news(delivery)
    known = {"reference": ticket.reference, "link": _link(addressed.link), "action": _("View your question")}
    if delivery.purpose == PURPOSE.REPLY:
        return known | _answer(delivery)
    # Somebody may have given the address of somebody else: nothing that was typed goes along, not even a name.
    return known | {
        "preview": _("Your question number is %(reference)s.") % {"reference": ticket.reference},
        "asks_confirmation": ticket.identity_assurance == "unverified",
    }


def _answer(delivery: MessageDelivery) -> dict[str, Any]:
    return {"action": _("View your question and reply"), **_said(delivery.message, delivery.message.body.text)}


def _news(delivery: MessageDelivery) -> dict[str, Any]:
    """Return what a colleague reads: what was said without what it quotes, and the page of the desk."""
    message = delivery.message
    return {
        "reference": message.ticket.reference,
        "link": f"{settings.BASE_URL}/desk/t/{message.ticket.reference}/",
        "action": _("View the ticket"),
        "may_answer_by_mail": bool(settings.TRUSTED_AUTHSERV_ID),
        **_said(message, own_words(message.body.text, message.body.folds) or message.body.text),
    }


def _said(message: Message, text: str) -> dict[str, Any]:
    return {
        "preview": Truncator(" ".join(text.split())).chars(PREVIEW_LENGTH),
        "text": text,
        "attachments": list(message.attachments.all()),
    }


def _envelope(addressed: Addressed, letter: Letter) -> Envelope:
    delivery = addressed.delivery
    address = addresses.envelope_address(delivery.address)
    reply_to = addresses.reply_address(delivery.message.ticket_id, delivery.person_id)
    return Envelope(
        # What automatic mail provokes must come back to nobody; what a reply provokes tells whom it did not reach.
        sender="" if letter.automatic else reply_to,
        sender_header=addresses.sender(),
        recipient=address,
        recipient_header=address if letter.automatic else addresses.named(delivery.person.name, address),
        reply_to=reply_to,
        message_id=addresses.message_id(delivery.pk),
        earlier_ids=_earlier_ids(addressed.earlier),
        composed_at=delivery.created_at,
        automatic=letter.automatic,
    )


def _earlier_ids(earlier: tuple[int, ...]) -> tuple[str, ...]:
    """Return the Message-IDs this person got before about this ticket: the first and the last ones."""
    told = (*earlier[:1], *earlier[1:][-(REFERENCES - 1) :])
    return tuple(addresses.message_id(pk) for pk in told)


def _link(link: AccessLink | None) -> str:
    """Return the link, or the page where a new one can be asked for."""
    return f"{settings.BASE_URL}/t/{token_of(link)}/" if link else f"{settings.BASE_URL}/t/"


def _pair(delivery: MessageDelivery) -> Pair:
    return delivery.message.ticket_id, delivery.person_id


def _links(pairs: Collection[Pair]) -> dict[Pair, AccessLink]:
    """Return the newest open link of each person to each ticket."""
    tickets, persons = {ticket for ticket, _ in pairs}, {person for _, person in pairs}
    links = AccessLink.objects.filter(ticket__in=tickets, person__in=persons, revoked_at=None)
    return {(link.ticket_id, link.person_id): link for link in links.order_by("pk")}


def _mailed(pairs: Collection[Pair]) -> dict[Pair, list[int]]:
    """Return the mails about each ticket that each person got, or will get, the oldest first."""
    tickets, persons = {ticket for ticket, _ in pairs}, {person for _, person in pairs}
    mails = MessageDelivery.objects.filter(
        message__ticket__in=tickets, person__in=persons, state__in=[STATE.SENT, STATE.QUEUED]
    )
    mailed: dict[Pair, list[int]] = {pair: [] for pair in pairs}
    for ticket, person, pk in mails.order_by("pk").values_list("message__ticket", "person", "pk"):
        mailed.setdefault((ticket, person), []).append(pk)
    return mailed
