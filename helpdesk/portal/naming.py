"""Whether somebody meant an administration or an application that was found: names share words with any question."""

import re
from collections.abc import Collection
from html import unescape

from helpdesk.search.analysis import telling
from helpdesk.search.codes import codes_in
from helpdesk.search.queries import Hit

# From so many letters on, a word that another begins or ends with is part of it ("omgevingsloket").
LONG = 5
_MARK = re.compile(r"</?mark>")
_IN_BRACKETS = re.compile(r"\(.*?\)")


def is_meant(hit: Hit, typed: str) -> bool:
    """Whether its whole name was typed, or all that was typed stands in what is known of it, in the same form.

    "Werkt niet" means no Wijk-werken, though one stem finds both.
    """
    asked = set(telling(typed))
    if not asked or codes_in(typed):
        return True
    name = set(telling(_IN_BRACKETS.sub(" ", hit.title)))
    if name and name <= asked:
        return True
    known = set(telling(f"{hit.title} {unescape(_MARK.sub('', hit.snippet_html))}"))
    return all(_stands(word, known) for word in asked)


def _stands(word: str, known: Collection[str]) -> bool:
    if word in known:
        return True
    return len(word) >= LONG and any(other.startswith(word) or other.endswith(word) for other in known)
