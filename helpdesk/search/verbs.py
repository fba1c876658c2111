"""Forms of verbs that rules for endings keep apart or cut too short: "verzonden" and "verzending" are one verb's."""

import re

# Where the root itself ends like an ending: "inzend-ing", not "inz-end-ing".
_ROOTS = ("zend", "wend", "schend", "bind", "dwing", "spring")
# What became of a root whose vowel changes; only forms that are nothing else ("afspraken", "bijnamen" are nouns).
_CHANGED = {
    "bonden": "bind",
    "zonden": "zend",
    "schonden": "schend",
    "dwongen": "dwing",
    "sprongen": "spring",
    "boden": "bied",
    "sloten": "sluit",
    "kozen": "kies",
    "loren": "lies",
    "schreven": "schrijf",
    "bleven": "blijf",
    "kregen": "krijg",
    "keken": "kijk",
    "wezen": "wijs",
    "dwenen": "dwijn",
    "schenen": "schijn",
    "nomen": "neem",
    "sproken": "spreek",
    "gonnen": "gin",
    "holpen": "help",
    "trokken": "trek",
    "zocht": "zoek",
    "bracht": "breng",
}
_PAST = {"zond": "zend"}
_BEFORE = (
    "aan", "achter", "af", "be", "bij", "binnen", "door", "heen", "her", "in", "mede", "mee", "mis", "na", "neer", "om",
    "onder", "ont", "op", "over", "rond", "samen", "tegen", "terug", "toe", "tussen", "uit", "vast", "ver", "voor",
    "weer", "weg",
)  # fmt: skip
# A meeting that is closed is "besloten", and has decided nothing yet.
_NOUNS_AND_MORE = frozenset({"besloten"})
_FORM = re.compile(
    rf"(?P<before>(?:{'|'.join(_BEFORE)}){{0,2}})"
    rf"(?:(?:ge)?(?P<root>{'|'.join(_ROOTS)})(?:en|t|d|de|den|e|ing|ingen|(?P<able>baar|bare))?"
    rf"|(?P<ge>ge)?(?P<changed>{'|'.join(_CHANGED)})e?"
    rf"|(?P<past>{'|'.join(_PAST)}))"
)


def root_of(word: str) -> str | None:
    """Return the root with what stands before it ("inzend"); None when the usual rules do."""
    found = _FORM.fullmatch(word)
    if found is None or word in _NOUNS_AND_MORE:
        return None
    before, root = found["before"], found["root"]
    if root:
        # What may be done is not done: "inzendbaar" is a status.
        return f"{before}{root}{'baar' if found['able'] else ''}"
    # Bare they may be nouns: "sloten", "bonden".
    if not (before or found["ge"]):
        return None
    return before + (_CHANGED[found["changed"]] if found["changed"] else _PAST[found["past"]])
