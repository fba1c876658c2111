"""How often somebody may do something: a fixed window, counted in the cache that all processes share."""

from dataclasses import dataclass

from django.core.cache import cache
from django.utils import timezone


@dataclass(frozen=True)
class Limit:
    """At most `times` in `seconds` for one key."""

    name: str
    times: int
    seconds: int

    def wait_s(self, key: str) -> int:
        """Count one; return 0 when allowed, else the seconds until the next window."""
        now = int(timezone.now().timestamp())
        window, used = divmod(now, self.seconds)
        counter = f"limit:{self.name}:{window}:{key}"
        cache.add(counter, 0, timeout=self.seconds + 1)
        if cache.incr(counter) <= self.times:
            return 0
        return self.seconds - used
