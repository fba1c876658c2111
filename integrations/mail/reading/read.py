"""All there is to know about a mail, from its bytes alone: pure, and done where it can do no harm."""

import re
from dataclasses import dataclass
from html import unescape

from helpdesk.kernel.redaction import hide_capabilities, mask_national_numbers
from integrations.mail.markup.sanitise import sanitised
from integrations.mail.parsing.parse import parse
from integrations.mail.parsing.parsed import ParsedMail
from integrations.mail.reading.automatic import automatic_kind, is_answerable
from integrations.mail.reading.bounces import Bounce, bounce_of
from integrations.mail.reading.folding import Fold, folds_of

# How mail programs in Dutch, English, French and German mark what is passed on.
_FORWARD = re.compile(r"\s*(?:fwd?|doorst|doorgestuurd|tr|wg)\s*:", re.IGNORECASE)


_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, kw_only=True)
class ReadMail:
    """A mail as it was taken apart, and as it may be shown.

    `automatic`: what sort of machine sent it, "" when a person did. `is_answerable`: a machine may answer it.
    `text`: what it says, clean and with rijksregisternummers masked; `folds` are runs of it.
    `html`: safe, "" when there is none or it cannot be made safe.
    """

    parsed: ParsedMail
    automatic: str
    is_answerable: bool
    bounce: Bounce | None
    text: str
    folds: tuple[Fold, ...]
    html: str


def read(raw: bytes) -> ReadMail:
    """Read a mail; raises `UnprocessableError` when it cannot be taken apart within the limits."""
    parsed = parse(raw)
    text = hide_capabilities(mask_national_numbers(parsed.text.strip())[0])
    kind = automatic_kind(parsed)
    return ReadMail(
        parsed=parsed,
        automatic=str(kind),
        is_answerable=is_answerable(parsed),
        bounce=bounce_of(parsed),
        text=text,
        folds=tuple(folds_of(text, is_forward=_FORWARD.match(parsed.subject) is not None)),
        html=_discreet(sanitised(parsed.html)),
    )


def _discreet(html: str) -> str:
    """Return the HTML with numbers and tokens masked; "" when tags cut a number in pieces: then its text is shown."""
    html = hide_capabilities(mask_national_numbers(html)[0])
    shown = unescape(_TAG.sub("", html))
    return "" if mask_national_numbers(shown)[1] else html
