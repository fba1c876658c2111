"""Raw bytes to `ParsedMail`, leniently and within limits; pure."""

import re
from collections.abc import Iterable

from helpdesk.kernel.text import clean_line
from integrations.mail.parsing.bodies import body_of
from integrations.mail.parsing.charsets import decoded
from integrations.mail.parsing.fields import Fields
from integrations.mail.parsing.mailboxes import is_one_plain_mailbox, mailboxes
from integrations.mail.parsing.parsed import Mailbox, ParsedMail, UnprocessableError
from integrations.mail.parsing.parts import take_apart
from integrations.mail.parsing.words import header_line

LARGEST = 50 * 1024 * 1024
MOST_ADDRESSES = 500
LONGEST_VALUE = 10_000
_MOST_IDS = 200
_LONGEST_ID = 998
_LONGEST_ID_FIELD = 64 * 1024

# Encoded words stand in these only. In Authentication-Results they would let a sender write what our server says.
_WITH_ENCODED_WORDS = {
    "subject", "from", "to", "cc", "bcc", "reply-to", "sender", "resent-from", "resent-to", "resent-cc", "comments",
    "keywords", "organization", "list-id", "thread-topic", "content-description",
}  # fmt: skip
_DELIVERED_TO = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
_ID = re.compile(r"<([^<>]+)>")
_WHITE_SPACE = re.compile(r"\s+")


def parse(raw: bytes) -> ParsedMail:
    """Take a mail apart; raises `UnprocessableError` when it is beyond a limit."""
    if len(raw) > LARGEST:
        raise UnprocessableError("size", f"{len(raw)} bytes, more than {LARGEST}")
    mail = take_apart(raw)
    body = body_of(mail)
    fields = mail.fields
    addresses = {name: _mailboxes(fields, name) for name in ("from", *_DELIVERED_TO)}
    return ParsedMail(
        message_id=next(iter(_ids(fields.first("message-id"))), ""),
        subject=header_line(fields.first("subject")[:_LONGEST_ID_FIELD])[:LONGEST_VALUE],
        senders=tuple(addresses["from"][:MOST_ADDRESSES]),
        from_fields=len(fields.every("from")),
        to=tuple(addresses["to"][:MOST_ADDRESSES]),
        cc=tuple(addresses["cc"][:MOST_ADDRESSES]),
        recipients=_recipients(addresses[name] for name in _DELIVERED_TO),
        in_reply_to=tuple(_ids(fields.first("in-reply-to"))),
        references=tuple(_ids(fields.first("references"))),
        date=_value("date", fields.first("date")),
        headers=tuple((name, _value(name, value)) for name, value in fields.all),
        text=body.text,
        html=body.html,
        attachments=body.attachments,
        defects=(*_defects(fields, addresses.values()), *body.defects),
    )


def _value(name: str, raw: bytes) -> str:
    cut = raw[: LONGEST_VALUE * 4]
    return (header_line(cut) if name in _WITH_ENCODED_WORDS else clean_line(decoded(cut)))[:LONGEST_VALUE].rstrip()


def _mailboxes(fields: Fields, name: str) -> list[Mailbox]:
    return [mailbox for value in fields.every(name) for mailbox in mailboxes(value)]


def _recipients(groups: Iterable[list[Mailbox]]) -> tuple[str, ...]:
    addresses = dict.fromkeys(mailbox.address for group in groups for mailbox in group[:MOST_ADDRESSES])
    return tuple(addresses)[:MOST_ADDRESSES]


def _ids(raw: bytes) -> list[str]:
    """Return the ids of a field, the newest ones when there are very many."""
    text = clean_line(decoded(raw[-_LONGEST_ID_FIELD:]))
    found = _ID.findall(text) or [word.strip("<>") for word in text.split() if "@" in word]
    ids = (_WHITE_SPACE.sub("", item)[:_LONGEST_ID] for item in found)
    return [item for item in ids if item][-_MOST_IDS:]


def _defects(fields: Fields, addresses: Iterable[list[Mailbox]]) -> Iterable[str]:
    if not all(is_one_plain_mailbox(value) for value in fields.every("from")):
        yield "ambiguous_from"
    if any(len(group) > MOST_ADDRESSES for group in addresses):
        yield "addresses_cut"
