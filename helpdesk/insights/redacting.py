"""Texts without what tells one person from another: numbers and addresses by their shape, names by who we know."""

import re
from collections.abc import Iterable

from helpdesk.kernel.redaction import hide_capabilities, mask_national_numbers

EMAIL, NUMBER, NAME, LINK = "[e-mailadres]", "[nummer]", "[naam]", "[link]"
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_REFERENCE = re.compile(r"\bAP-[0-9A-Z]{6}-[0-9A-Z]\b", re.IGNORECASE)
# Telephone, KBO and other numbers of at least nine digits, however they are grouped; not a date or a year.
_NUMBER = re.compile(r"(?<![\w.])\+?\d(?:[ ./-]?\d){8,}(?!\w)")
_SHORTEST_NAME = 3


def redacted(text: str, names: Iterable[str] = ()) -> str:
    """Return the text with e-mail addresses, links, long numbers and these names replaced by what they are."""
    text, _count = mask_national_numbers(hide_capabilities(text))
    for pattern, word in ((_EMAIL, EMAIL), (_LINK, LINK), (_REFERENCE, NUMBER), (_IBAN, NUMBER), (_NUMBER, NUMBER)):
        text = pattern.sub(word, text)
    for name in sorted(_parts_of(names), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", NAME, text, flags=re.IGNORECASE)
    return re.sub(rf"{re.escape(NAME)}(?: {re.escape(NAME)})+", NAME, text)


def _parts_of(names: Iterable[str]) -> set[str]:
    """Return the names and each word of them: people sign with their first name."""
    whole = {name.strip() for name in names}
    words = {word for name in whole for word in re.split(r"[\s,]+", name)}
    return {name for name in whole | words if len(name) >= _SHORTEST_NAME}
