"""How often somebody may do something: a fixed window, counted in the cache that all processes share."""

import logging
from dataclasses import dataclass

from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limit:
    """At most `times` in `seconds` for one key; without a cache nobody is refused, unless it `guards` a secret."""

    name: str
    times: int
    seconds: int
    guards: bool = False

    def wait_s(self, key: str, amount: int = 1) -> int:
        """Count once, or as many times as said; return 0 when allowed, else the seconds until the next window."""
        window, used = divmod(int(timezone.now().timestamp()), self.seconds)
        try:
            count = self._count(f"limit:{self.name}:{window}:{key}", amount)
        except RedisError:
            logger.warning("The cache does not answer; limit %s cannot be counted.", self.name)
            return self.seconds if self.guards else 0
        return 0 if count <= self.times else self.seconds - used

    def _count(self, counter: str, amount: int) -> int:
        # Most are the first in their window, and then this is all.
        if cache.add(counter, amount, timeout=self.seconds + 1):
            return amount
        try:
            return cache.incr(counter, amount)
        except ValueError:  # it ended, or made room for another, in between
            cache.set(counter, amount, timeout=self.seconds + 1)
            return amount
