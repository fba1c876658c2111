"""The way to the cluster: how long we wait, and what its silences and refusals mean."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from elasticsearch import ApiError, Elasticsearch, TransportError

from helpdesk.search.engine import EngineUnavailableError
from integrations.search.elastic.breaker import Breaker

# A page waits for the database after this, and both must stay within a second.
SEARCH_S = 0.7
WRITE_S = 15.0


class Cluster:
    """Two clients of one cluster, for pages and for writing; neither tries again: the outbox does."""

    def __init__(self, url: str) -> None:
        self.for_pages = _client(url, SEARCH_S)
        self.for_writing = _client(url, WRITE_S)
        self._breaker = Breaker(self._ask_health)

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Around every request: refuse at once while the cluster is known to be silent, and notice when it is."""
        self._breaker.check()
        try:
            yield
        except (ApiError, TransportError) as error:
            reason = _reason(error)
            if _is_silence(error):
                self._breaker.open(reason)
            raise EngineUnavailableError(reason) from error

    def close(self) -> None:
        self._breaker.retire()
        self.for_pages.close()
        self.for_writing.close()

    def _ask_health(self) -> None:
        try:
            self.for_pages.cluster.health(timeout="500ms")
        except (ApiError, TransportError) as error:
            raise EngineUnavailableError(_reason(error)) from error


def _client(url: str, timeout_s: float) -> Elasticsearch:
    # Certificates are checked against those of the system, or of SSL_CERT_FILE.
    options: dict[str, Any] = {"ssl_context": ssl.create_default_context()} if urlsplit(url).scheme == "https" else {}
    return Elasticsearch(url, request_timeout=timeout_s, max_retries=0, retry_on_timeout=False, **options)


def _is_silence(error: ApiError | TransportError) -> bool:
    """Say whether the cluster, or whoever stands before it, could not answer at all; a refusal is an answer."""
    if isinstance(error, TransportError):
        return True
    return error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or error.status_code == HTTPStatus.TOO_MANY_REQUESTS


def _reason(error: ApiError | TransportError) -> str:
    """Return what went wrong without what was asked, which may be personal."""
    if isinstance(error, ApiError):
        return f"{type(error).__name__} {error.status_code} {error.error}"
    return f"{type(error).__name__}: {error.message}"
