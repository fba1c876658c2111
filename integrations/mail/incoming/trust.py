"""Who may speak (CONTRACT: Mail): one function says where the words of a mail go, and how sure we are who sent it."""

from collections.abc import Iterator
from dataclasses import dataclass

from helpdesk.accounts.models import Person
from helpdesk.tickets.models import MessageDelivery, Ticket
from integrations.mail.addresses import read_message_id, read_reply_address
from integrations.mail.incoming.authentication import dmarc_passed
from integrations.mail.parsing.parsed import Mailbox, ParsedMail

# Longer chains of references are cut; the newest stand last.
REFERENCES = 50


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Where a mail goes.

    `joins` and `speaker`: the ticket it belongs to, and as whom its sender speaks there; None for a new ticket.
    `is_for_us`: the speaker handles the ticket, so that the words would go out in our name.
    `relates_to`: the ticket whose reply address somebody else used.
    `is_verified`: we know that the sender holds the address in From.
    `has_token`: it was sent to a reply address of the speaker.
    """

    joins: Ticket | None = None
    speaker: Person | None = None
    is_for_us: bool = False
    relates_to: Ticket | None = None
    is_verified: bool = False
    has_token: bool = False


def judge(mail: ParsedMail) -> Verdict:
    """Say who speaks and where; whatever proves nothing leads to a new ticket."""
    sender = sole_sender(mail)
    is_authentic = sender is not None and dmarc_passed(mail.headers, sender.address.rpartition("@")[2])
    threads = list(_threads_of_tokens(mail))
    for ticket, person in threads:
        is_for_us = person.email_key != ticket.requester.email_key
        if sender is None or not _is_address_of(sender, person):
            continue
        # Who answers in our name must prove more than that the address is known; so must whose links were ended.
        if is_authentic or not (is_for_us or _lost_every_link(person, ticket)):
            return Verdict(joins=ticket, speaker=person, is_for_us=is_for_us, is_verified=True, has_token=True)
    if threads:
        return Verdict(relates_to=threads[0][0], is_verified=is_authentic)
    for ticket in _threads_of_references(mail):
        if sender is not None and _is_address_of(sender, ticket.requester):
            return Verdict(joins=ticket, speaker=ticket.requester, is_verified=is_authentic)
    return Verdict(is_verified=is_authentic)


def sole_sender(mail: ParsedMail) -> Mailbox | None:
    """Return the mailbox in From; None when there are more fields or mailboxes, so that each reader may see another."""
    if mail.from_fields != 1 or len(mail.senders) != 1 or "ambiguous_from" in mail.defects:
        return None
    return mail.senders[0]


def _threads_of_tokens(mail: ParsedMail) -> Iterator[tuple[Ticket, Person]]:
    """Yield ticket and person of each reply address of ours that it was sent to."""
    found = [ids for address in mail.recipients if (ids := read_reply_address(address))]
    for ticket_id, person_id in dict.fromkeys(found):
        ticket = Ticket.objects.select_related("requester").filter(pk=ticket_id).first()
        person = Person.objects.filter(pk=person_id).first()
        if ticket is not None and person is not None:
            yield ticket, person


def _threads_of_references(mail: ParsedMail) -> Iterator[Ticket]:
    """Yield the tickets of the mails of ours that it refers to, the newest first."""
    ids = [read_message_id(text) for text in (*mail.references[-REFERENCES:], *mail.in_reply_to[:REFERENCES])]
    known = list(dict.fromkeys(pk for pk in reversed(ids) if pk is not None))
    if not known:
        return
    deliveries = MessageDelivery.objects.select_related("message__ticket__requester").in_bulk(known)
    yield from (deliveries[pk].message.ticket for pk in known if pk in deliveries)


def _is_address_of(mailbox: Mailbox, person: Person) -> bool:
    return mailbox.address.lower() == person.email_key


def _lost_every_link(person: Person, ticket: Ticket) -> bool:
    """Whether an agent ended the person's links to the ticket: a reply address opens no more than they did."""
    is_open = list(ticket.access_links.filter(person=person).values_list("revoked_at", flat=True))
    return bool(is_open) and None not in is_open
