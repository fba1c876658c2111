"""All writes to tickets."""

from helpdesk.tickets.services.attachment_texts import keep_attachment_text
from helpdesk.tickets.services.changing import Changes, Resolution, change_ticket
from helpdesk.tickets.services.confirming import confirm_ticket
from helpdesk.tickets.services.deliveries import (
    Owed,
    owe_automatic_mail,
    owe_mail,
    queue_mail,
    record_bounce,
    record_delivery,
    resend_mail,
)
from helpdesk.tickets.services.links import renew_link, revoke_links, token_of
from helpdesk.tickets.services.opening import NewTicket, open_ticket, open_tickets
from helpdesk.tickets.services.queues import QueueSettings, change_queue, create_queue, route_application
from helpdesk.tickets.services.releasing import release_tickets_of
from helpdesk.tickets.services.rereading import reread_message
from helpdesk.tickets.services.resolving import resolve_ticket
from helpdesk.tickets.services.uploads import attach_file, forget_unused_files, keep_upload, kept_uploads, may_keep
from helpdesk.tickets.services.views import remove_view, save_view
from helpdesk.tickets.services.writing import NewMessage, add_note, reply_to_ticket

__all__ = [
    "Changes",
    "NewMessage",
    "NewTicket",
    "Owed",
    "QueueSettings",
    "Resolution",
    "add_note",
    "attach_file",
    "change_queue",
    "change_ticket",
    "confirm_ticket",
    "create_queue",
    "forget_unused_files",
    "keep_attachment_text",
    "keep_upload",
    "kept_uploads",
    "may_keep",
    "open_ticket",
    "open_tickets",
    "owe_automatic_mail",
    "owe_mail",
    "queue_mail",
    "record_bounce",
    "record_delivery",
    "release_tickets_of",
    "remove_view",
    "renew_link",
    "reply_to_ticket",
    "reread_message",
    "resend_mail",
    "resolve_ticket",
    "revoke_links",
    "route_application",
    "save_view",
    "token_of",
]
