"""What each delivery becomes: which mail, with which words, for whom."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from helpdesk.tickets.models import Message, MessageDelivery, Ticket
from helpdesk.tickets.rendering import own_words
from helpdesk.tickets.services import token_of
from integrations.mail import addresses
from integrations.mail.messages import Envelope, OutgoingMail, compose

PREVIEW_LENGTH = 120
REFERENCES = 20
PURPOSE, STATE = MessageDelivery.Purpose, MessageDelivery.State


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


def mail_for(delivery: MessageDelivery) -> OutgoingMail:
    """Return the mail of a delivery, with the same identifiers at each attempt."""
    letter = LETTERS[PURPOSE(delivery.purpose)]
    return compose(letter.template, _words(delivery), _envelope(delivery, letter))


def _words(delivery: MessageDelivery) -> dict[str, Any]:
    ticket = delivery.message.ticket
    if delivery.purpose in FOR_COLLEAGUES:
        return _news(delivery)
    known = {"reference": ticket.reference, "link": _link(delivery), "action": _("View your question")}
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


def _envelope(delivery: MessageDelivery, letter: Letter) -> Envelope:
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
        earlier_ids=_earlier_ids(delivery),
        composed_at=delivery.created_at,
        automatic=letter.automatic,
    )


def _earlier_ids(delivery: MessageDelivery) -> tuple[str, ...]:
    """Return the Message-IDs this person got before about this ticket: the first and the last ones."""
    earlier = MessageDelivery.objects.filter(
        message__ticket=delivery.message.ticket_id,
        person=delivery.person_id,
        pk__lt=delivery.pk,
        state__in=[STATE.SENT, STATE.QUEUED],
    )
    ids = [addresses.message_id(pk) for pk in earlier.order_by("pk").values_list("pk", flat=True)]
    return (*ids[:1], *ids[1:][-(REFERENCES - 1) :])


def _link(delivery: MessageDelivery) -> str:
    """Return the newest open link of the recipient, or the page where a new one can be asked for."""
    ticket: Ticket = delivery.message.ticket
    links = ticket.access_links.filter(person=delivery.person_id, revoked_at=None)
    link = links.order_by("-pk").first()
    return f"{settings.BASE_URL}/t/{token_of(link)}/" if link else f"{settings.BASE_URL}/t/"
