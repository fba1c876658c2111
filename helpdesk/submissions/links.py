"""Which texts name a submission: deep links on the loket's hosts and submission URIs (DOMAIN 7.1), nothing else."""

import re
from dataclasses import dataclass

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{24}"
_DEEP_LINK = re.compile(
    rf"https://(?:loket\.lokaalbestuur\.vlaanderen\.be/supervision/submissions"
    rf"|databankerediensten\.lokaalbestuur\.vlaanderen\.be/search/submissions)/({_UUID})(?![0-9a-z-])",
    re.IGNORECASE,
)
_URI = re.compile(rf"http://data\.lblod\.info/submissions/({_UUID})(?![0-9a-z-])", re.IGNORECASE)
_LOKET = "https://loket.lokaalbestuur.vlaanderen.be/supervision/submissions/"
MOST = 20
# What stands in every address of a submission, in whatever case.
EVERY_ONE_HOLDS = "/submissions/"


@dataclass(frozen=True)
class Submission:
    """`uri` names it in linked data, `url` opens it in the loket."""

    uri: str
    url: str


def submissions_in(text: str) -> list[Submission]:
    """Return the submissions a text names, each once, in order, at most twenty."""
    found = [
        (match.start(), match[1].lower(), match[0] if pattern is _DEEP_LINK else _LOKET + match[1].lower())
        for pattern in (_DEEP_LINK, _URI)
        for match in pattern.finditer(text)
    ]
    unique: dict[str, Submission] = {}
    for _position, identifier, url in sorted(found):
        unique.setdefault(identifier, Submission(f"http://data.lblod.info/submissions/{identifier}", url))
    return list(unique.values())[:MOST]
