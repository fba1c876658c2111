"""Make the list of Dutch words that search knows out of OpenTaal's, one word a line (package wdutch of Debian).

Usage, in an empty folder:

    apt-get download wdutch && dpkg -x wdutch_*.deb .
    python tools/dutch_words.py usr/share/dict/dutch

Names are left out: of those a few that occur are in the documents, and the others are more often a slip.
"""

import gzip
import sys
import unicodedata
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "helpdesk" / "search" / "data"
# Shorter ones are never read as another, and of longer ones there is no end: they are compounds.
SHORTEST, LONGEST = 4, 11


def main() -> None:
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    # No capital means no name.
    folded = {fold(line) for line in lines if line == line.lower()}
    kept = sorted(word for word in folded if SHORTEST <= len(word) <= LONGEST and word.isascii() and word.isalpha())
    packed = gzip.compress("\n".join(["", *kept, ""]).encode(), mtime=0)
    (DATA / "dutch_words.gz").write_bytes(packed)


def fold(word: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))


main()
