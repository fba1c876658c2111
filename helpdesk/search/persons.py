"""What he, she or it does: rules for endings leave the t on "stuurt", and so keep it apart from "sturen".

Only for a verb that came apart. As a rule for every word it lets verbs find what nouns should, and finds less.
"""

import re

from helpdesk.search.dutch import is_dutch

_LONG = re.compile(r"(?P<head>.*)(?P<vowel>aa|ee|oo|uu)(?P<last>[dglmnr])t")
_SHORT = re.compile(r".*[bcdfghjklmnpqrstvwxz][aeiou](?P<last>l)t")
_PLAIN = re.compile(r".*(?:(?:ij|ei|ie|oe|eu|ou|ui)[dglmnr]|[aeiouy].*[^aeiou]e[lnr]|ig|ng|nd|ld)t")
# Nouns that only look so: "buren" live in a "buurt", and are no form of it.
_NOUNS = frozenset({"beurt", "buurt", "kaart", "maart", "patent", "poort", "staart", "vaart", "veert", "voort"})


def infinitive_of(word: str) -> str | None:
    """Return the whole verb of its third person; None for what is none, or is no verb in the list of Dutch words."""
    if not word.endswith("t") or word in _NOUNS:
        return None
    infinitive = _spelt_out(word)
    return infinitive if infinitive and is_dutch(infinitive) else None


def _spelt_out(word: str) -> str | None:
    if long := _LONG.fullmatch(word):
        return f"{long['head']}{long['vowel'][0]}{long['last']}en"
    if short := _SHORT.fullmatch(word):
        return f"{word[:-1]}{short['last']}en"
    return f"{word[:-1]}en" if _PLAIN.fullmatch(word) else None
