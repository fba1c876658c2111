"""Names of people we do not know, where a text says itself that it names somebody: in how it addresses, calls or signs.

Elsewhere a word with a capital may be anything.
"""

import re

from helpdesk.search.words import fold

# "Jan Van den Berg", "An de Smet-Claes", "D'Hondt"; what is all in capitals is an abbreviation.
_CAPITAL = r"(?:[DdLl]['’])?[^\W\d_a-zà-ÿ][a-zà-ÿ]+(?:[-'’]\w+){0,2}"
_JOINS = r"(?:(?:[Vv]an|[Dd]e[nr]?|[Tt]e[nr]?|[Ll][ae]|[Dd]u) ){0,3}"
_SOMEBODY = rf"{_JOINS}{_CAPITAL}(?: {_JOINS}{_CAPITAL}){{0,4}}"
_SOME = rf"{_SOMEBODY}(?: (?:en|&) {_SOMEBODY})?"
_TITLE = r"mevr(?:ouw|\.)?|mw\.?|juffrouw|mijnheer|meneer|heer|dhr\.?|collega|burgemeester"
_GREETING = r"beste|dag|hallo|hoi|hey|geachte|lieve|goede(?:morgen|middag)|goeie(?:morgen|middag)"
_CLOSING = r"groet(?:en|jes)?|mvg|hoogachtend|bedankt|dank u|dankjewel"
_END = r"(?= *(?:[,.!:;\n]|$))"
_SHAPES = (
    re.compile(rf"\b((?i:{_TITLE}) )({_SOMEBODY})"),
    re.compile(rf"(?m:^)( *(?i:{_GREETING}) )({_SOME}){_END}"),
    re.compile(rf"\b((?i:{_CLOSING}) *[,.!]? *\n\s{{0,4}})({_SOME}){_END}"),
)
# Whoever is addressed so is nobody in particular.
_NOBODY = frozenset({
    "heer", "mevrouw", "mijnheer", "meneer", "dames", "collega", "helpdesk", "medewerker", "medewerkers", "team",
    "loket", "support", "klantendienst", "dienst", "allen", "iedereen", "lezer", "gemeente", "stad", "ocmw",
})  # fmt: skip


def unnamed(text: str, instead: str) -> str:
    """Return the text with something else instead of the names."""

    def hidden(found: re.Match[str]) -> str:
        is_nobody = not _NOBODY.isdisjoint(fold(found[2]).split())
        return found[0] if is_nobody else f"{found[1]}{instead}"

    for shape in _SHAPES:
        text = shape.sub(hidden, text)
    return text
