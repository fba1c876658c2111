"""Rijksregisternummers: found by their mod 97 check digits and masked before anything is stored.

Structure and check digits: the National Register's YYMMDD-SSS-CC, where CC = 97 - (first nine digits mod 97), with a
2 put before the nine digits for births from 2000 on; BIS numbers add 20 or 40 to the month.
"""

import re

MASK = "••.••.••-•••.••"
HIDDEN = "•"
# What people and programs put between the groups, no-break spaces and dashes of all lengths among it.
_BETWEEN = r"[ .\-/\u00a0\u202f\u2009\u2010-\u2015]"
# What programs put anywhere in a word without showing it: soft hyphens, joiners, spaces without width.
_UNSEEN = r"[\u00ad\u200b-\u200d\u2060\ufeff]{0,2}"
_GAP = rf"(?:{_BETWEEN}{_UNSEEN})"
# A digit of any script and width: the index takes them for the same.
_TWO, _THREE = rf"(?:\d{_UNSEEN}){{2}}", rf"(?:\d{_UNSEEN}){{3}}"
_SHAPE = re.compile(rf"(?<!\d){_TWO}{_GAP}?{_TWO}{_GAP}?{_TWO}{_GAP}{{0,3}}{_THREE}{_GAP}?{_TWO}(?!\d)")
_MONTHS = frozenset(month + shift for month in range(13) for shift in (0, 20, 40))
_LAST_DAY = 31


def mask_national_numbers(text: str) -> tuple[str, int]:
    """Return the text with every rijksregisternummer masked, and how many there were."""
    found = 0

    def mask(match: re.Match[str]) -> str:
        nonlocal found
        if not is_national_number(match[0]):
            return match[0]
        found += 1
        return MASK

    return _SHAPE.sub(mask, text), found


def is_national_number(text: str) -> bool:
    digits = "".join(str(int(digit)) for digit in re.findall(r"\d", text))
    if int(digits[2:4]) not in _MONTHS or int(digits[4:6]) > _LAST_DAY:
        return False
    head, check = digits[:9], int(digits[9:])
    return check in {97 - int(century + head) % 97 for century in ("", "2")}


# The token of a `/t/` link, also inside an address that a mail filter wrapped, and of a reply address.
_CAPABILITY = re.compile(r"((?<!/desk)/t/|%2[fF]t%2[fF]|\bhelp\+)([\w-]{24,64})")


def hide_capabilities(text: str) -> str:
    """Return the text, as long as it was, without what would let its readers into a ticket in somebody else's name."""
    return _CAPABILITY.sub(lambda found: found[1] + HIDDEN * len(found[2]), text)
