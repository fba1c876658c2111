"""Texts without what tells one person from another: numbers and addresses by their shape, names by who we know
or by how a text calls somebody.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from helpdesk.insights.addressed import unnamed
from helpdesk.kernel.redaction import hide_capabilities, mask_national_numbers
from helpdesk.search.words import EMAIL as EMAIL_SHAPE
from helpdesk.search.words import fold
from knowledgebase.links import article_link

EMAIL, NUMBER, NAME, LINK = "[e-mailadres]", "[nummer]", "[naam]", "[link]"
_EMAIL = re.compile(EMAIL_SHAPE)
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_REFERENCE = re.compile(r"\bAP-[0-9A-Z]{6}-[0-9A-Z]\b", re.IGNORECASE)
# Telephone, KBO and other numbers of at least nine digits, however they are grouped; no dates, no amounts.
_NEITHER = r"(?!\d{1,2}[/-]\d{1,2}[/-]\d{4}|\d{4}-\d{2}-\d{2}|\d{1,3}(?:\.\d{3})+(?![\d.]))"
_NUMBER = re.compile(rf"(?<![\w./-]){_NEITHER}\(?\+?\d(?:[ ./()-]{{0,3}}\d){{8,}}(?!\w)")
_WORD = re.compile(r"[^\W\d_]+")
# Between the words of one name.
_JOINT = re.compile(r"[ '’-]{1,2}")
# What many names have in them, and many sentences too.
_NO_NAMES = frozenset({
    "van", "den", "der", "de", "het", "ten", "ter", "te", "op", "in", "aan", "en", "le", "la", "les", "du", "des",
    "vander", "vanden", "vande", "von", "zu", "d", "t", "s", "mc", "gemeente", "stad", "ocmw", "provincie", "district",
    "agb", "apb", "politiezone", "hulpverleningszone", "intercommunale",
})  # fmt: skip
_SHORTEST_NAME = 2


def redacted(text: str, names: Iterable[str] = ()) -> str:
    """Return the text with e-mail addresses, links, long numbers, these names and those of whom it addresses replaced
    by what they are.
    """
    text, _count = mask_national_numbers(hide_capabilities(text))
    text = _LINK.sub(lambda found: found[0] if _is_article(found[0]) else LINK, text)
    for pattern, word in ((_EMAIL, EMAIL), (_REFERENCE, NUMBER), (_IBAN, NUMBER), (_NUMBER, NUMBER)):
        text = pattern.sub(word, text)
    text = unnamed(text, NAME)
    return _without_names(text, [[fold(word[0]) for word in _WORD.finditer(name)] for name in names])


def _is_article(link: str) -> bool:
    """Whether it leads to an article of ours, which tells of nobody."""
    return article_link().fullmatch(link.rstrip(".,;:!?)")) is not None


def _without_names(text: str, names: list[list[str]]) -> str:
    found = list(_WORD.finditer(text))
    folded = [fold(word[0]) for word in found]
    hidden = {place for name in names for place in _places_of(name, folded)}
    alone = {word for name in names for word in name if word not in _NO_NAMES and len(word) >= _SHORTEST_NAME}
    # People sign with a part of their name; in small letters it may be any word.
    hidden |= {place for place, word in enumerate(found) if folded[place] in alone and word[0][0].isupper()}
    pieces, end = [], 0
    for first, last in _runs(hidden, found, folded, text):
        pieces += [text[end : found[first].start()], NAME]
        end = found[last].end()
    return "".join([*pieces, text[end:]]).replace(f"[{NAME}]", NAME)


def _places_of(name: list[str], folded: list[str]) -> Iterator[int]:
    """Yield where the words of a whole name of several words stand in a row, whatever their capitals."""
    if len(name) > 1:
        for start in range(len(folded) - len(name) + 1):
            if folded[start : start + len(name)] == name:
                yield from range(start, start + len(name))


def _runs(
    hidden: Collection[int], found: list[re.Match[str]], folded: list[str], text: str
) -> Iterator[tuple[int, int]]:
    """Yield the first and last word of each name; what only joins two of its words belongs to it."""
    places = sorted(hidden)
    while places:
        first = last = places.pop(0)
        while places and _belong_together(last, places[0], found, folded, text):
            last = places.pop(0)
        yield first, last


def _belong_together(last: int, following: int, found: list[re.Match[str]], folded: list[str], text: str) -> bool:
    between = range(last, following)
    joined = all(_JOINT.fullmatch(text[found[place].end() : found[place + 1].start()]) for place in between)
    return joined and all(folded[place] in _NO_NAMES for place in between[1:])
