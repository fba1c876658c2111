"""The way to the cluster: how long we wait, and what its silences and refusals mean."""

import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError

from helpdesk.search.engine import EngineUnavailableError, NoIndexError

# A page waits for the database after this, and both must stay within a second.
SEARCH_S = 0.7
# Less than the pause after which a change is tried again may last.
WRITE_S = 10.0
# As many threads as answer pages.
MOST_AT_ONCE = 16

Answer = TypeVar("Answer")


class Cluster:
    """Two clients of one cluster, for pages and for writing; neither tries again: the outbox does."""

    def __init__(self, url: str) -> None:
        self.for_pages = _client(url, SEARCH_S)
        self.for_writing = _client(url, WRITE_S)
        self._asking = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="search-asks")

    def in_time(self, ask: Callable[[], Answer]) -> Answer:
        """Return what asking gives, or raise EngineUnavailableError: a client's own time begins anew with each byte."""
        try:
            return self._asking.submit(ask).result(SEARCH_S)
        except TimeoutError:
            raise EngineUnavailableError(f"no whole answer in {SEARCH_S} s") from None

    def close(self) -> None:
        self._asking.shutdown(wait=False, cancel_futures=True)
        self.for_pages.close()
        self.for_writing.close()


@contextmanager
def told_plainly() -> Iterator[None]:
    """Say in one way that the cluster cannot be used now, whatever came of asking."""
    try:
        yield
    except NotFoundError as error:
        raise NoIndexError(_reason(error)) from error
    except (ApiError, TransportError) as error:
        raise EngineUnavailableError(_reason(error)) from error


@contextmanager
def read_as_its_own() -> Iterator[None]:
    """Say plainly that an answer is not the cluster's own, but of something between us that says all is well."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise EngineUnavailableError("the answer is none that Elasticsearch gives") from error


def _client(url: str, timeout_s: float) -> Elasticsearch:
    # Certificates are checked against those of the system, or of SSL_CERT_FILE.
    options: dict[str, Any] = {"ssl_context": ssl.create_default_context()} if urlsplit(url).scheme == "https" else {}
    return Elasticsearch(url, request_timeout=timeout_s, max_retries=0, retry_on_timeout=False, **options)


def _reason(error: ApiError | TransportError) -> str:
    """Return what went wrong without what was asked, which may be personal."""
    if isinstance(error, ApiError):
        return f"{type(error).__name__} {error.status_code} {error.error}"
    return f"{type(error).__name__}: {error.message}"
