"""What follows an event: the page to read first.

Delivery is at least once, so every subscriber may run twice without harm. A transactional one (the default) does its
work and is marked done in one transaction; one that talks to the outside is not, and knows itself what it did.
"""

from dataclasses import replace

from helpdesk.accounts.events import AccessChanged, NamesChanged
from helpdesk.desk import subscribers as desk
from helpdesk.kernel.events import Subscription, Wiring
from helpdesk.mailbox.events import MailStored
from helpdesk.search.events import DocumentsChanged
from helpdesk.submissions.subscribers import link_pasted_submissions
from helpdesk.tickets.events import (
    DeliveryFailed,
    DeliveryQueued,
    FilesAttached,
    MessagePosted,
    TicketChanged,
    TicketOpened,
    TicketsFoundAnew,
    TicketsReleased,
)
from helpdesk.tickets.subscribers import release_tickets
from integrations.extraction import subscribers as extraction
from integrations.mail import subscribers as mail
from integrations.mail.incoming.processing import READ_DELAYS_S, process_mails, read_stored_mails
from integrations.mail.posting import one_post
from integrations.mail.reminders import send_reminder
from integrations.mail.reviews import tell_writer
from integrations.search import subscribers as search
from knowledgebase.events import TextReviewed, VerificationDue

PUSH_TICKET = Subscription(subscriber=desk.push_tickets, transactional=False, in_batches=True)
PUSH_ACCESS = Subscription(subscriber=desk.push_access, transactional=False)
# A part of somebody's tickets each time, so that it holds up nothing it is done with.
RELEASE = Subscription(subscriber=release_tickets)
LINK_SUBMISSIONS = Subscription(subscriber=link_pasted_submissions, in_batches=True)
INDEX = Subscription(
    subscriber=search.index_changes,
    lane="index",
    lease_s=search.INDEX_LEASE_S,
    delays_s=search.INDEX_DELAYS_S,
    transactional=False,
    in_batches=True,
)

INDEX_NAMES = replace(INDEX, subscriber=search.index_names)
# Of something about an article.
TELL_COLLEAGUE = Subscription(
    subscriber=send_reminder,
    lane="slow",
    lease_s=mail.SEND_LEASE_S,
    turn_s=mail.SEND_TURN_S,
    makes_way_for="mail",
    delays_s=mail.SEND_DELAYS_S,
    transactional=False,
    sharing=one_post,
)

WIRING: Wiring = {
    TicketOpened: (
        PUSH_TICKET,
        INDEX,
        LINK_SUBMISSIONS,
        Subscription(subscriber=mail.queue_confirmations, in_batches=True),
    ),
    MessagePosted: (
        PUSH_TICKET,
        INDEX,
        LINK_SUBMISSIONS,
        Subscription(subscriber=mail.notify_assignees, in_batches=True),
    ),
    FilesAttached: (
        Subscription(
            subscriber=extraction.read_attachments, lane="files", lease_s=extraction.LEASE_S, transactional=False
        ),
    ),
    TicketChanged: (PUSH_TICKET, INDEX),
    DeliveryQueued: (
        Subscription(
            subscriber=mail.send_delivery,
            lane="slow",
            lease_s=mail.SEND_LEASE_S,
            turn_s=mail.SEND_TURN_S,
            makes_way_for="mail",
            delays_s=mail.SEND_DELAYS_S,
            transactional=False,
            sharing=mail.one_round,
        ),
    ),
    DeliveryFailed: (PUSH_TICKET, Subscription(subscriber=mail.tell_of_failure)),
    VerificationDue: (TELL_COLLEAGUE,),
    TextReviewed: (replace(TELL_COLLEAGUE, subscriber=tell_writer),),
    MailStored: (
        Subscription(
            subscriber=process_mails,
            prepare=read_stored_mails,
            in_batches=True,
            lane="mail",
            lease_s=60,
            delays_s=READ_DELAYS_S,
        ),
    ),
    DocumentsChanged: (INDEX,),
    NamesChanged: (INDEX_NAMES,),
    TicketsFoundAnew: (INDEX_NAMES,),
    AccessChanged: (
        PUSH_ACCESS,
        RELEASE,
    ),
    TicketsReleased: (RELEASE,),
}
