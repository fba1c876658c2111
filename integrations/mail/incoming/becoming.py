"""What a mail may become: a message in a thread, a new ticket, news of a bounce, or nothing."""

import uuid
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.accounts.actors import Actor, System, TicketGuest, Visitor
from helpdesk.accounts.selectors import actor_of_person
from helpdesk.kernel.policy import RefusedError
from helpdesk.mailbox.models import InboundMail
from helpdesk.mailbox.selectors import REPEATED_WITHIN, same_words
from helpdesk.mailbox.services import Outcome
from helpdesk.tickets.content import Upload, clean_body
from helpdesk.tickets.models import Channel, Message, Ticket
from helpdesk.tickets.services import NewMessage, NewTicket, add_note, open_ticket, reply_to_ticket, reread_message
from integrations.mail.incoming import reasons, words
from integrations.mail.incoming.bounced import note_bounce
from integrations.mail.incoming.trust import Verdict, judge
from integrations.mail.reading.bounces import Bounce
from integrations.mail.reading.read import ReadMail

STATE = InboundMail.State
SYSTEM = System()
# Names what a mail became, so that reading it again never makes it twice.
NAMESPACE = uuid.UUID("5d6c1c0e-3b0f-4c39-9a2f-6f1f4f7a9c11")


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A mail that is being dealt with: its row, held, what it says, and its files, stored."""

    mail: InboundMail
    read: ReadMail
    uploads: tuple[Upload, ...]

    @property
    def key(self) -> uuid.UUID:
        return uuid.uuid5(NAMESPACE, self.mail.sha256)

    @cached_property
    def fingerprint(self) -> str:
        return words.fingerprint_of(self.read)

    @cached_property
    def verdict(self) -> Verdict:
        return judge(self.read.parsed)


def reread(arrival: Arrival, message: Message) -> Outcome:
    """Bring the message it became up to date; everything else stays as it was."""
    mail, read = arrival.mail, arrival.read
    # What went out in our name went out as it is.
    if message.direction == Message.Direction.INBOUND:
        content = replace(
            words.content_of(read), is_unverified=message.is_unverified, is_automatic=message.is_automatic
        )
        reread_message(actor=SYSTEM, message=message, text=words.body_of(read), mail=content, uploads=arrival.uploads)
    return _outcome(
        arrival,
        state=mail.state,
        ticket=mail.ticket,
        message=message,
        is_verified=mail.is_verified,
        is_answerable=mail.is_answerable,
        reason=mail.reason,
    )


def bounced(arrival: Arrival, bounce: Bounce) -> Outcome:
    """Mark the mail of ours that came back; what only sounds like a report, about none of ours, is a question."""
    if arrival.mail.state == STATE.PROCESSED and arrival.mail.ticket is not None:
        return _outcome(arrival, reason=arrival.mail.reason, ticket=arrival.mail.ticket)
    delivery = note_bounce(arrival.read.parsed, bounce)
    if delivery is None and not bounce.is_formal:
        return spoken(arrival)
    if delivery is None:
        return _outcome(arrival, reason=_("A mail came back, but not one we sent, or it does not say which one."))
    reason = _("The mail to %(address)s came back.") % {"address": delivery.address}
    return _outcome(arrival, reason=reason, ticket=delivery.message.ticket)


def ignored(arrival: Arrival, reason: str) -> Outcome:
    return _outcome(arrival, state=STATE.IGNORED, reason=reason)


def spoken(arrival: Arrival) -> Outcome:
    """Put the words where the verdict says they go."""
    verdict = arrival.verdict
    return _opened(arrival, verdict) if verdict.joins is None else _joined(arrival, verdict, verdict.joins)


def asked(arrival: Arrival, verdict: Verdict) -> NewTicket | None:
    """Return the new ticket the words ask for, in the queue for what has no route; None when nobody says them."""
    requester = words.requester_of(arrival.read.parsed)
    if requester is None:
        return None
    return NewTicket(
        subject=words.subject_of(arrival.read),
        body=words.body_of(arrival.read),
        channel=Channel.EMAIL,
        requester=requester,
        uploads=arrival.uploads,
        form_id=arrival.key,
        address_is_verified=verdict.is_verified,
        relates_to=verdict.relates_to,
        mail=words.content_of(arrival.read),
    )


def first_of(arrival: Arrival, first: Message) -> Outcome:
    """Say that the mail is the first message of a ticket."""
    return _outcome(
        arrival,
        ticket=first.ticket,
        message=first,
        is_verified=arrival.verdict.is_verified,
        is_answerable=_is_answerable(arrival),
    )


def _joined(arrival: Arrival, verdict: Verdict, ticket: Ticket) -> Outcome:
    """Put the words in the thread of the ticket; where the speaker may not speak any more they are a new question."""
    if verdict.is_for_us and (doubt := _doubt_about(arrival, ticket)):
        _note_held_back(arrival, ticket, doubt)
        return _outcome(arrival, state=STATE.UNPROCESSABLE, reason=doubt, ticket=ticket)
    try:
        message = _answer(arrival, verdict, ticket) if verdict.is_for_us else _say(arrival, verdict, ticket)
    except RefusedError:
        return _opened(arrival, replace(verdict, joins=None, relates_to=ticket))
    return _outcome(arrival, ticket=ticket, message=message, is_verified=verdict.is_verified)


def _opened(arrival: Arrival, verdict: Verdict) -> Outcome:
    new = asked(arrival, verdict)
    if new is None:
        return _outcome(arrival, state=STATE.UNPROCESSABLE, reason=_("This mail does not say who sent it."))
    ticket = open_ticket(actor=SYSTEM, new=new)
    if verdict.relates_to is not None:
        _note_elsewhere(arrival, verdict.relates_to, ticket)
    return first_of(arrival, ticket.messages.get(seq=1))


def _is_answerable(arrival: Arrival) -> bool:
    """Whether we may confirm it; not to what may be a machine that would answer us, and we it, for ever."""
    if not arrival.read.is_answerable or words.answers_us(arrival.read):
        return False
    return not same_words(arrival.mail, arrival.fingerprint).exists()


def _doubt_about(arrival: Arrival, ticket: Ticket) -> str:
    """Return why this is no answer to send on in our name, "" when it is one."""
    if arrival.read.automatic:
        return reasons.automatic(arrival.read.automatic)
    if not words.words_of(arrival.read):
        return _("There is no answer in this mail, only quotes.")
    # Else the responders of a colleague and of the requester would write to each other for ever.
    since = arrival.mail.received_at - REPEATED_WITHIN
    answers = ticket.messages.filter(direction=Message.Direction.OUTBOUND, channel=Channel.EMAIL, created_at__gt=since)
    if answers.filter(body__text=clean_body(words.words_of(arrival.read))).exclude(client_id=arrival.key).exists():
        return _("The same answer went out in this ticket today already: a machine may have written it.")
    return ""


def _say(arrival: Arrival, verdict: Verdict, ticket: Ticket) -> Message:
    """Write what the requester mailed."""
    new = NewMessage(
        body=words.body_of(arrival.read),
        uploads=arrival.uploads,
        channel=Channel.EMAIL,
        client_id=arrival.key,
        mail=words.content_of(arrival.read, is_unverified=not verdict.is_verified),
    )
    guest = TicketGuest(ticket_id=ticket.pk, person_id=ticket.requester_id)
    return reply_to_ticket(actor=guest, ticket=ticket, new=new)


def _answer(arrival: Arrival, verdict: Verdict, ticket: Ticket) -> Message:
    """Write what somebody of ours mailed: an answer that goes out again, so without what it quotes."""
    actor: Actor = (actor_of_person(verdict.speaker.pk) if verdict.speaker else None) or Visitor()
    new = NewMessage(
        body=words.words_of(arrival.read), uploads=arrival.uploads, channel=Channel.EMAIL, client_id=arrival.key
    )
    return reply_to_ticket(actor=actor, ticket=ticket, new=new)


def _note_held_back(arrival: Arrival, ticket: Ticket, why: str) -> None:
    text = _("An answer by mail did not go out: %(why)s It stands under “Mail that could not be read”.")
    add_note(actor=SYSTEM, ticket=ticket, new=NewMessage(body=text % {"why": why}, client_id=arrival.key))


def _note_elsewhere(arrival: Arrival, ticket: Ticket, newer: Ticket) -> None:
    text = _("Somebody else, or somebody who cannot answer here, wrote to the address of this ticket: %(reference)s")
    note = NewMessage(body=text % {"reference": newer.reference}, client_id=arrival.key)
    add_note(actor=SYSTEM, ticket=ticket, new=note)


def _outcome(arrival: Arrival, *, state: str = STATE.PROCESSED, **found: Any) -> Outcome:
    return Outcome(
        state=state,
        message_id_header=arrival.read.parsed.message_id,
        is_automatic=bool(arrival.read.automatic),
        fingerprint=arrival.fingerprint,
        **found,
    )
