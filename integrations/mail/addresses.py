"""Addresses and identifiers that follow from what they stand for, so that every attempt carries the same ones."""

import base64
import binascii
import re
from email.utils import formataddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail.message import sanitize_address
from django.core.validators import validate_email
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from helpdesk.kernel.text import clean_line

SENDER_NAME = "Aanspreekpunt"
ID_BYTES = 5
SEAL_BYTES = 12
MESSAGE_ID_SEAL = 16
NAME_LENGTH = 60
REPLY_ADDRESS = re.compile(r"help\+([a-z2-7]{36})@(.+)", re.IGNORECASE)
MESSAGE_ID = re.compile(r"delivery\.([0-9]{1,12})\.([0-9a-f]{16})@(.+)", re.IGNORECASE)


class UndeliverableError(Exception):
    """No mail server could take this address; the text is shown to the agent."""


def sender() -> str:
    return formataddr((SENDER_NAME, settings.DEFAULT_FROM_EMAIL))


def reply_address(ticket_id: int, person_id: int) -> str:
    """Return the address that says who answers and about what: both ids under a seal, 41 characters before the @."""
    ids = ticket_id.to_bytes(ID_BYTES) + person_id.to_bytes(ID_BYTES)
    token = base64.b32encode(ids + _seal("reply-address", ids.hex())[:SEAL_BYTES])
    return f"help+{token.decode().rstrip('=').lower()}@{settings.INBOUND_DOMAIN}"


def read_reply_address(address: str) -> tuple[int, int] | None:
    """Return the ids of the ticket and the person of a reply address of ours; None for any other, or a changed one."""
    match = REPLY_ADDRESS.fullmatch(address)
    if match is None or match[2].lower() != settings.INBOUND_DOMAIN.lower():
        return None
    try:
        token = base64.b32decode(f"{match[1].upper()}====")
    except binascii.Error:
        return None
    ids, seal = token[: 2 * ID_BYTES], token[2 * ID_BYTES :]
    if not constant_time_compare(seal, _seal("reply-address", ids.hex())[:SEAL_BYTES]):
        return None
    return int.from_bytes(ids[:ID_BYTES]), int.from_bytes(ids[ID_BYTES:])


def message_id(delivery_id: int) -> str:
    """Return the Message-ID of a delivery; the seal keeps others from guessing it and joining a thread."""
    seal = _seal("message-id", str(delivery_id)).hex()[:MESSAGE_ID_SEAL]
    return f"<delivery.{delivery_id}.{seal}@{settings.INBOUND_DOMAIN}>"


def notice_id(kind: str, number: str) -> str:
    """Return the Message-ID of a mail that tells a colleague of something; no answer to it joins a ticket."""
    seal = _seal(f"{kind}-id", number).hex()[:MESSAGE_ID_SEAL]
    return f"<{kind}.{number}.{seal}@{settings.INBOUND_DOMAIN}>"


def read_message_id(text: str) -> int | None:
    """Return the delivery that a Message-ID of ours, without its brackets, stands for; None for any other."""
    match = MESSAGE_ID.fullmatch(text)
    if match is None or match[3].lower() != settings.INBOUND_DOMAIN.lower():
        return None
    is_ours = constant_time_compare(match[2].lower(), _seal("message-id", match[1]).hex()[:MESSAGE_ID_SEAL])
    return int(match[1]) if is_ours else None


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
