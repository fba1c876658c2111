"""What came back of the mail that did not arrive: enough to find it, and whom it was for."""

import re
from email.utils import getaddresses

from integrations.mail.parsing.parsed import ParsedMail
from integrations.mail.reading.fields import STATUS_PARTS, parts_of

MOST_BYTES = 128 * 1024
MOST_IDS = 10
RETURNED_PARTS = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")

_MESSAGE_ID = re.compile(
    r"^[> \t]{0,8}(?:x-)?(?:original-)?message-id:\s{0,4}<?([^<>\s]{1,250}@[^<>\s]{1,250})>?",
    re.IGNORECASE | re.MULTILINE,
)
_TO = re.compile(r"^[> \t]{0,8}to:[ \t]*(.{3,1000})$", re.IGNORECASE | re.MULTILINE)
# From here on a text is the mail that is sent back.
_BEGINNING = re.compile(
    r"^[> \t]{0,8}(?:-{2,30}.{0,40}(?:copy|original (?:message|header)|unsent|message header|headers? follow"
    r"|message follows|(?:returned|undelivered|rejected) message).*"
    r"|(?!.{0,60}\breceive ).{0,60}(?:copy of (?:the|your) message|headers? follows?|message follows"
    r"|original message (?:headers?|follows?|details)"
    r"|oorspronkelijke berichtkoppen|en-têtes de message d'origine|ursprüngliche nachrichtenkopfzeilen).*"
    r"|(?:received: from|return-path:|message-id:|mime-version:) .*)$",
    re.IGNORECASE | re.MULTILINE,
)


def message_ids(mail: ParsedMail) -> tuple[str, ...]:
    """Return the ids of the mail it is about: first those of what was sent back, then those it says it answers."""
    reports = [part.content[:MOST_BYTES].decode("utf-8", "replace") for part in parts_of(mail, *STATUS_PARTS)]
    ids = [found for text in [*_returned_texts(mail), *reports] for found in _MESSAGE_ID.findall(text)]
    known = dict.fromkeys([*ids, *mail.in_reply_to])
    return tuple(known_id for known_id in known if known_id != mail.message_id)[:MOST_IDS]


def only_addressee(mail: ParsedMail) -> tuple[str, ...]:
    """Return whom the mail that came back was for, when that was one person: then no other can be meant."""
    for text in _returned_texts(mail):
        for field in _TO.findall(text)[:1]:
            addresses = [address for _, address in getaddresses([field]) if "@" in address]
            return tuple(addresses) if len(addresses) == 1 else ()
    return ()


def before_returned(text: str) -> str:
    """Return what the server itself says, without the mail that it sends back."""
    found = _BEGINNING.search(text)
    return text[: found.start()] if found else text


def _returned_texts(mail: ParsedMail) -> list[str]:
    parts = parts_of(mail, *RETURNED_PARTS)
    headers = [_header_of(part.content[:MOST_BYTES].decode("utf-8", "replace")) for part in parts]
    own_words = before_returned(mail.text[:MOST_BYTES])
    return [*headers, mail.text[len(own_words) : MOST_BYTES]]


def _header_of(text: str) -> str:
    return re.split(r"\r?\n[ \t]*\r?\n", text.lstrip(), maxsplit=1)[0].replace("\r\n", "\n")
