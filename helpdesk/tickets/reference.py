"""Ticket references people can read out by phone: AP-7K3M9Q-X.

Six random characters of Crockford's base 32 (no I, L, O, U) and a check character by the Luhn algorithm modulo 32,
which finds every single wrong character.
"""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 6
# Stands in an address that is worked out once for many tickets.
PLACEHOLDER = "AP-000000-0"
_LOOK_ALIKES = str.maketrans("OIL", "011")
_NOISE = re.compile(r"[\s\-–—_.]+")
_IN_TEXT = re.compile(r"\bAP-[0-9A-Z]{6}-[0-9A-Z]\b")
_SHAPE = re.compile(rf"(?:AP)?([{ALPHABET}]{{{LENGTH}}})([{ALPHABET}])")


def new_reference() -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"AP-{body}-{check_character(body)}"


def parse_reference(text: str) -> str | None:
    """Return the reference as we write it, whatever its case, spacing and look-alikes; None when it cannot be one."""
    packed = _NOISE.sub("", text.upper()).translate(_LOOK_ALIKES)
    match = _SHAPE.fullmatch(packed)
    if match is None or check_character(match[1]) != match[2]:
        return None
    return f"AP-{match[1]}-{match[2]}"


def references_in(text: str) -> list[str]:
    """Return the references that stand in a line of text, as we write them."""
    found = [parse_reference(match[0]) for match in _IN_TEXT.finditer(text.upper())]
    return [reference for reference in found if reference]


def body_of(reference: str) -> str:
    """Return the part of a reference that tells it from all others, which is what people remember of it."""
    return reference.split("-")[1]


def check_character(body: str) -> str:
    total = 0
    for position, character in enumerate(reversed(body)):
        value = ALPHABET.index(character) * (2 if position % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]
