"""Names and numbers of administrations as people write them. Pure: no database."""

import re
import unicodedata
from functools import lru_cache

MUNICIPALITY = "Gemeente"
WELFARE_CENTRE = "OCMW"
# The source files cabinets and parliament under the code of the agency, so that label says nothing about them.
_LABEL_OF_MANY = "Agentschap Binnenlands Bestuur"
_TYPE_IN_NAME = ("AG ", "AGB", "APB ", "HVZ ", "PZ ")

_DROPPED = re.compile("[.'\u2018\u2019]")
_SEPARATORS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"(?:(?:BE|KBO|NIS)(?:[- ]?(?:nummer|nr|code))?[.:]?)?\s*(\d[\d .\-/]*)", re.IGNORECASE)
_OVO_CODE = re.compile(r"OVO\s*(\d{1,6})", re.IGNORECASE)
KBO_LENGTH = 10
OVO_LENGTH = 9


def folded(text: str) -> str:
    """Return words to compare by: no case, accents or punctuation, single spaces ("Sint-Niklaas" -> "sint niklaas")."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _SEPARATORS.sub(" ", _DROPPED.sub("", letters)).strip()


@lru_cache(maxsize=4096)
def display_name(name: str, classification: str) -> str:
    """Return the name people recognise: "OCMW Aalst", "Aalst (gemeente)", "PZ Ninove: Ninove"."""
    if classification == WELFARE_CENTRE:
        return f"{WELFARE_CENTRE} {name}"
    if classification == _LABEL_OF_MANY or name.startswith(_TYPE_IN_NAME) or folded(classification) in folded(name):
        return name
    return f"{name} ({_without_capital(classification)})"


def _without_capital(label: str) -> str:
    first_word = label.partition(" ")[0]
    return label if first_word.isupper() else label[:1].lower() + label[1:]


def digits_of(text: str) -> str | None:
    """Return the digits when the text is a number or its beginning ("0207.437.468", "BE 0207 437 468", "41002")."""
    match = _NUMBER.fullmatch(text.strip())
    return re.sub(r"\D", "", match[1]) if match else None


def ovo_code_of(text: str) -> str | None:
    """Return an OVO code, or its beginning, as the source writes it ("ovo 001992" -> "OVO001992")."""
    match = _OVO_CODE.fullmatch(text.strip())
    return f"OVO{match[1]}" if match else None


def is_kbo_number(digits: str) -> bool:
    """Tell whether this can be the number of an enterprise: 0 or 1 in front, the last two digits a check mod 97."""
    if len(digits) != KBO_LENGTH or not digits.isdecimal() or digits[0] not in "01":
        return False
    return 97 - int(digits[:8]) % 97 == int(digits[8:])


def kbo_with_dots(digits: str) -> str:
    """Return a KBO number as people read it: 0207.437.468."""
    return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"
