"""Make the list of Dutch words that search knows out of OpenTaal's, one word a line (package wdutch of Debian).

Usage, in an empty folder:

    apt-get download wdutch && dpkg -x wdutch_*.deb .
    python tools/dutch_words.py usr/share/dict/dutch

Names are left out: of those a few that occur are in the documents, and the others are more often a slip. What is of
a place or a people is no name: "Vlaams", "Antwerpse", "Europees".
"""

import gzip
import re
import sys
import unicodedata
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "helpdesk" / "search" / "data"
# Shorter ones are never read as another, and of longer ones there is no end: they are compounds.
SHORTEST, LONGEST = 4, 11
# Of four letters there are more surnames with an ending than places.
SHORTEST_OF_PLACE = 5


def main() -> None:
    lines = frozenset(Path(sys.argv[1]).read_text(encoding="utf-8").splitlines())
    # No capital means no name.
    folded = {fold(line) for line in lines if line == line.lower() or is_of_place(line, lines)}
    kept = sorted(word for word in folded if SHORTEST <= len(word) <= LONGEST and word.isascii() and word.isalpha())
    packed = gzip.compress("\n".join(["", *kept, ""]).encode(), mtime=0)
    (DATA / "dutch_words.gz").write_bytes(packed)


def is_of_place(word: str, lines: frozenset[str]) -> bool:
    """Whether this is an adjective with a capital: the list has it with and without its last e."""
    if len(word) < SHORTEST_OF_PLACE or not word.istitle():
        return False
    other_forms = {
        re.sub(ending, other, word) for ending, other in (("e$", ""), ("$", "e"), ("ese$", "ees"), ("ees$", "ese"))
    }
    return word.endswith(("s", "se", "sch", "sche")) and not lines.isdisjoint(other_forms - {word})


def fold(word: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign)).lower()


main()
