"""Whether our own mail server says that a mail is from the domain it says it is from (RFC 8601, RFC 7489)."""

import re
from collections.abc import Iterator

from django.conf import settings

FIELD = "authentication-results"
_FROM = re.compile(r"\bheader\.from\s*=\s*@?([^\s;]+)", re.IGNORECASE)
_DMARC = re.compile(r"dmarc\s*=\s*([a-z]+)", re.IGNORECASE)


def dmarc_passed(headers: tuple[tuple[str, str], ...], domain: str) -> bool:
    """Say whether the server we trust found that the mail is from this domain, in the last field it wrote."""
    ours = next(_results_of(headers, settings.TRUSTED_AUTHSERV_ID), "")
    verdicts = [result for result in ours.split(";") if _DMARC.match(result.strip())]
    # Two verdicts are none: one of them may be what a sender made our server repeat.
    return len(verdicts) == 1 and _says_pass(verdicts[0], domain)


def _results_of(headers: tuple[tuple[str, str], ...], authserv_id: str) -> Iterator[str]:
    """Yield what the fields of this server say, the last written first: each server writes above what it got."""
    for name, value in headers:
        if name != FIELD or not authserv_id:
            continue
        server, _, results = _without_comments(value).partition(";")
        if server.split(" ")[0].strip().lower() == authserv_id.lower():
            yield results


def _says_pass(result: str, domain: str) -> bool:
    verdict, found = _DMARC.match(result.strip()), _FROM.search(result)
    if verdict is None or verdict[1].lower() != "pass":
        return False
    return found is not None and found[1].rpartition("@")[2].lower() == domain.lower()


def _without_comments(value: str) -> str:
    """Return the value without comments, and without what quotes hold: both may repeat what a sender typed."""
    kept: list[str] = []
    depth, is_quoted, is_escaped = 0, False, False
    for letter in value:
        if is_escaped:
            is_escaped = False
        elif letter == "\\":
            is_escaped = is_quoted or depth > 0
        elif letter == '"' and depth == 0:
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif letter in "()":
            depth = max(0, depth + (1 if letter == "(" else -1))
            kept.append(" ")
        elif depth == 0:
            kept.append(letter)
    return "".join(kept).strip()
