"""What a mail says, as a ticket takes it: never empty, never too long, nothing typed by a stranger in a header."""

import hashlib
import re
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from helpdesk.kernel.redaction import hide_capabilities, mask_national_numbers
from helpdesk.kernel.text import clean_line
from helpdesk.tickets.content import BODY_LENGTH, SUBJECT_LENGTH, MailContent
from helpdesk.tickets.reference import references_in
from helpdesk.tickets.rendering import own_words
from integrations.mail.parsing.parsed import Mailbox, ParsedMail
from integrations.mail.reading.read import ReadMail

NAME_LENGTH = 100
ADDRESS_LENGTH = 254
# What an agent looks at who wonders whether a mail is what it says.
TELLING = frozenset({
    "from", "sender", "reply-to", "to", "cc", "date", "subject", "message-id", "in-reply-to", "references",
    "return-path", "authentication-results", "received", "auto-submitted", "precedence", "list-id", "x-mailer",
    "user-agent",
})  # fmt: skip
HEADERS = 60
HEADER_LENGTH = 1_000
_ADDRESS = re.compile(r"[^@\s<>\",:;()]{1,64}@[^@\s<>\",:;()]{1,253}")
_ADDRESSES_OF_PAGES = re.compile(r"https?://\S+")
_NUMBERED = re.compile(r"\S*\d\S*")
_NOT_LETTERS = re.compile(r"[\W_]+")


def subject_of(read: ReadMail) -> str:
    return _fitting(read.parsed.subject or _("(no subject)"), SUBJECT_LENGTH, "…")


def body_of(read: ReadMail) -> str:
    """Return the words; a text that is too long is cut, and says so: the whole stands in the mail itself."""
    notice = _("(The text goes on. The whole of it is in the mail itself.)")
    return _fitting(read.text or _("(This mail has no text.)"), BODY_LENGTH, f"\n\n{notice}")


def content_of(read: ReadMail, *, is_unverified: bool = False) -> MailContent:
    end = len(body_of(read))
    folds = tuple((start, min(stop, end), kind) for start, stop, kind in _folds(read) if start < end)
    return MailContent(
        html=read.html,
        folds=folds,
        headers=_telling_headers(read.parsed),
        is_unverified=is_unverified,
        is_automatic=bool(read.automatic),
    )


def words_of(read: ReadMail) -> str:
    """Return what the sender wrote, without quotes and signature; "" when nothing is left."""
    lines = own_words(read.text, _folds(read)).split("\n")
    # A mail of quotes alone is shown unfolded, but says nothing.
    return "\n".join(line for line in lines if not line.startswith(">")).strip()[:BODY_LENGTH]


def requester_of(mail: ParsedMail) -> tuple[str, str] | None:
    """Return name and address of who asks; None when the mail names nobody that could be answered.

    Where From is unclear this is a guess, good enough to answer to and proof of nothing.
    """
    for mailbox in (*mail.senders, *_named_elsewhere(mail)):
        if len(mailbox.address) <= ADDRESS_LENGTH and _ADDRESS.fullmatch(mailbox.address):
            return _name_of(mailbox), mailbox.address
    return None


def answers_us(read: ReadMail) -> bool:
    """Whether it may be an answer to a mail we sent by ourselves: it repeats its number, or its link somewhere."""
    link = f"{settings.BASE_URL}/t/"
    return bool(references_in(read.parsed.subject)) or link in read.text or link in read.html


def fingerprint_of(read: ReadMail) -> str:
    """Return what two mails of a machine share: their sender and their words, whatever dates and numbers they hold."""
    sender = requester_of(read.parsed)
    return hashlib.sha256(f"{sender and sender[1].lower()}\n{_lasting_words(read)}".encode()).hexdigest()


def _lasting_words(read: ReadMail) -> str:
    text = _ADDRESSES_OF_PAGES.sub(" ", f"{read.parsed.subject} {words_of(read)}")
    for reference in references_in(text):
        text = re.sub(re.escape(reference), " ", text, flags=re.IGNORECASE)
    return _NOT_LETTERS.sub(" ", _NUMBERED.sub(" ", text).lower()).strip()


def _telling_headers(mail: ParsedMail) -> tuple[tuple[str, str], ...]:
    telling = [(name, value) for name, value in mail.headers if name in TELLING]
    return tuple((name, _fitting(value, HEADER_LENGTH, "…")) for name, value in telling[:HEADERS])


def _fitting(text: str, length: int, ending: str) -> str:
    """Return the text masked, and cut where it is too long: not within a number, which might then look like another."""
    text = hide_capabilities(mask_national_numbers(text)[0])
    if len(text) <= length:
        return text
    return text[: length - len(ending)].rstrip("0123456789 .-/\n") + ending


def _folds(read: ReadMail) -> list[tuple[int, int, str]]:
    return [(fold.start, fold.end, fold.kind) for fold in read.folds]


def _named_elsewhere(mail: ParsedMail) -> Iterator[Mailbox]:
    """Yield addresses that stand anywhere in the fields that say who sent it; those in angle brackets first."""
    for wanted in ("from", "sender", "reply-to", "return-path"):
        text = " ".join(value for name, value in mail.headers if name == wanted)
        found = _ADDRESS.findall(text)
        for address in sorted(found, key=lambda address: f"<{address}>" not in text):
            yield Mailbox(name="", address=address)


def _name_of(mailbox: Mailbox) -> str:
    return clean_line(mask_national_numbers(mailbox.name)[0])[:NAME_LENGTH].strip() or mailbox.address.partition("@")[0]
