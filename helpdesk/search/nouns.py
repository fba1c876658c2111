"""Plurals that rules for endings take for other words than their singulars: "raadsleden", "bijlagen", "collegas"."""

import re

# What a plural is, and what its singular ends with after what is caught.
_PLURALS = (
    # "Verleden" and "geleden" are none: before a member stands an s, or nothing.
    (re.compile(r"(.{2,}s|kern|team|)leden"), "lid"),
    # Nor is "besteden".
    (re.compile(r"(centrum|kunst|groot|provincie|)steden"), "stad"),
    (re.compile(r"(.*probl)emen"), "eem"),
    (re.compile(r"(.*(?:bij|toe|op)lag)en"), "e"),
    (re.compile(r"(.*adres)sen"), ""),
    # Written without the apostrophe that belongs there.
    (re.compile(r"(.*(?:collega|agenda|pagina|schema|thema|programma|foto|video|logo))s"), ""),
)


def singular_of(word: str) -> str:
    """Return the singular of such a plural, any other word as it is."""
    if not word.endswith(("en", "s")):
        return word
    for plural, ending in _PLURALS:
        if found := plural.fullmatch(word):
            return f"{found[1]}{ending}"
    return word
