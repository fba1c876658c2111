"""Addresses and identifiers that follow from what they stand for, so that every attempt carries the same ones."""

import base64
from email.utils import formataddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail.message import sanitize_address
from django.core.validators import validate_email
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from helpdesk.kernel.text import clean_line

SENDER_NAME = "Aanspreekpunt"
ID_BYTES = 5
SEAL_BYTES = 12
MESSAGE_ID_SEAL = 16
NAME_LENGTH = 60


class UndeliverableError(Exception):
    """No mail server could take this address; the text is shown to the agent."""


def sender() -> str:
    return formataddr((SENDER_NAME, settings.DEFAULT_FROM_EMAIL))


def reply_address(ticket_id: int, person_id: int) -> str:
    """Return the address that says who answers and about what: both ids under a seal, 41 characters before the @."""
    ids = ticket_id.to_bytes(ID_BYTES) + person_id.to_bytes(ID_BYTES)
    token = base64.b32encode(ids + _seal("reply-address", ids.hex())[:SEAL_BYTES])
    return f"help+{token.decode().rstrip('=').lower()}@{settings.INBOUND_DOMAIN}"


def message_id(delivery_id: int) -> str:
    """Return the Message-ID of a delivery; the seal keeps others from guessing it and joining a thread."""
    seal = _seal("message-id", str(delivery_id)).hex()[:MESSAGE_ID_SEAL]
    return f"<delivery.{delivery_id}.{seal}@{settings.INBOUND_DOMAIN}>"


def envelope_address(address: str) -> str:
    """Return the address as SMTP takes it everywhere, an internationalised domain in its ASCII form."""
    local_part = address.rpartition("@")[0]
    if not local_part.isascii():
        raise UndeliverableError(_("Mail servers take no accents before the @: %(address)s") % {"address": address})
    try:
        validate_email(address)
        return sanitize_address(address, "utf-8")
    except (ValidationError, ValueError) as error:
        raise UndeliverableError(_("This is no e-mail address: %(address)s") % {"address": address}) from error


def named(name: str, address: str) -> str:
    """Return the address with a name before it that no mail program can take for more than a name."""
    # "=?" starts an encoded word: a reader would decode what the sender of a ticket typed in there.
    return formataddr((clean_line(name).replace("=?", "= ?")[:NAME_LENGTH], address))


def _seal(purpose: str, value: str) -> bytes:
    return salted_hmac(f"aanspreekpunt.mail.{purpose}", value, algorithm="sha256").digest()
