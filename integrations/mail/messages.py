"""One mail as it leaves: subject, text and HTML from the templates, headers by purpose (CONTRACT: Mail)."""

from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.utils import format_datetime
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from helpdesk.kernel.text import clean_line


class _QuotedPrintable(Charset):
    """UTF-8 that passes every mail server unchanged; eight bits only pass those that say so."""

    def __init__(self) -> None:
        super().__init__("utf-8")
        self.body_encoding = QP

    def body_encode(self, string: Any) -> Any:
        """Do what the library does with its other encoder, which is five times as fast."""
        octets = string.encode() if isinstance(string, str) else string
        return octets and b2a_qp(octets).decode("ascii")


_UTF8 = _QuotedPrintable()


class OutgoingMail(EmailMultiAlternatives):
    """A mail that knows its envelope sender; empty means that nobody may answer it automatically."""

    envelope_sender: str
    composed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """Who gets the mail, and what its headers say about it."""

    sender: str
    sender_header: str
    recipient: str
    recipient_header: str
    reply_to: str
    message_id: str
    earlier_ids: tuple[str, ...]
    composed_at: datetime
    # RFC 3834: "auto-replied", "auto-generated", or nothing when a person wrote it.
    automatic: str


def compose(template: str, context: Mapping[str, Any], envelope: Envelope) -> OutgoingMail:
    """Return the mail, the text part first."""
    subject = clean_line(render_to_string(f"mail/{template}.subject.txt", dict(context)))
    mail = OutgoingMail(
        subject=subject,
        body=render_to_string(f"mail/{template}.txt", dict(context)).strip() + "\n",
        from_email=envelope.sender_header,
        to=[envelope.recipient],
        headers=_headers(envelope),
    )
    mail.encoding = _UTF8
    mail.attach_alternative(render_to_string(f"mail/{template}.html", {**context, "subject": subject}), "text/html")
    mail.envelope_sender = envelope.sender
    mail.composed_at = envelope.composed_at
    return mail


def _headers(envelope: Envelope) -> dict[str, str]:
    headers = {
        "To": envelope.recipient_header,
        "Reply-To": envelope.reply_to,
        "Message-ID": envelope.message_id,
        "Date": format_datetime(envelope.composed_at),
        "Content-Language": "nl",
    }
    if envelope.earlier_ids:
        headers["In-Reply-To"] = envelope.earlier_ids[-1]
        headers["References"] = " ".join(envelope.earlier_ids)
    if envelope.automatic:
        headers["Auto-Submitted"] = envelope.automatic
        headers["X-Auto-Response-Suppress"] = "All"
    return headers
