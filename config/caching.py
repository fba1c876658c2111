"""Where the cache in Redis gets its connections."""

from functools import cache
from typing import Any

from redis import ConnectionPool


class SharedConnectionPool(ConnectionPool):
    """One for all requests: Django makes its cache anew in each, and would connect anew each time."""

    @classmethod
    @cache
    def from_url(cls, url: str, **options: Any) -> Any:
        return super().from_url(url, **options)
