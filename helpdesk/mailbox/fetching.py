"""How fetching mail goes, for who watches over us: the adapter tells it, readiness and /beheer/ show it."""

import time
from dataclasses import asdict, dataclass

from django.core.cache import cache

_KEY = "mail.fetching"
_KEPT_S = 3600


@dataclass(frozen=True, kw_only=True)
class LastRound:
    """When it was, why it broke off, "" when it did not, and how many mails it had to leave in the mailbox."""

    at: float
    error: str
    left: int


def remember_round(*, error: str, left: int) -> None:
    cache.set(_KEY, asdict(LastRound(at=time.time(), error=error, left=left)), timeout=_KEPT_S)


def last_round() -> LastRound | None:
    """Return how the last round went; nothing before the first one, and when none was held for an hour."""
    kept = cache.get(_KEY)
    return LastRound(**kept) if kept else None
