"""What a mail says, once taken apart: plain data, clean of control characters, without a trace of Django."""

from dataclasses import dataclass


class UnprocessableError(Exception):
    """The mail cannot be taken apart within the limits; `code` says which, the text is for logs."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        super().__init__(text)


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """A name, "" when there is none, and an address whose domain is in lower case."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True)
class ParsedAttachment:
    """A part that is no text to read, byte for byte as it was before it was encoded for the journey."""

    filename: str
    content_type: str
    content: bytes
    # Without its angle brackets; "" when no text can show it.
    content_id: str
    is_inline: bool


@dataclass(frozen=True, kw_only=True)
class ParsedMail:
    """One mail.

    `headers`: every header field in order, its name in lower case, its value decoded, on one line and cut to a bound.
    Encoded words are decoded in names and free text only: elsewhere they would forge what a server wrote.
    `senders`: the mailboxes of all From fields together; `from_fields` says how many such fields there were.
    `recipients`: every address that says where it was delivered (To, Cc, Delivered-To, X-Original-To, Envelope-To).
    Ids are without angle brackets.
    `text`: everything it says in words: text/plain, or else the HTML as text; inline text parts in order.
    `html`: the HTML as it came, "" when there is none: not safe to show.
    `defects`: what was wrong with it and read all the same.
    """

    message_id: str
    subject: str
    senders: tuple[Mailbox, ...]
    from_fields: int
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    recipients: tuple[str, ...]
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    date: str
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    attachments: tuple[ParsedAttachment, ...]
    defects: tuple[str, ...]
