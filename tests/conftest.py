"""What every test may ask for."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, settings

from helpdesk.accounts.actors import System
from helpdesk.kernel import outbox
from helpdesk.mailbox.models import InboundMail
from helpdesk.mailbox.services import store_mail
from helpdesk.search import finding, shelves
from helpdesk.search.breaker import Breaker
from helpdesk.search.engine import engine
from helpdesk.search.indexing import rebuild
from helpdesk.search.selectors import forget
from tests import factories, letters

LAST_MOMENTS_S = 20

pytest_plugins = ["tests.contract.fixtures", "tests.engines.fixtures"]
# Everywhere as where CI is set: the same examples each time, and none is wrong because the machine is busy.
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def _one_day():
    """Begin no test in the last moments of a day: "today" is the same one from its first line to its last."""
    now = timezone.localtime()
    left_s = 86_400 - (now.hour * 3600 + now.minute * 60 + now.second)
    if left_s <= LAST_MOMENTS_S:
        time.sleep(left_s)


@pytest.fixture(autouse=True)
def _fresh_cache():
    """Limits counted in one test must not refuse another."""
    cache.clear()


@pytest.fixture
def one_window() -> Iterator[None]:
    """Let everything happen in one of the minutes that limits count by."""
    with time_machine.travel("2026-11-23T14:01:00Z", tick=False):
        yield


@pytest.fixture
def run_outbox(db):
    """Run everything that follows from what was committed, as the workers would."""
    return outbox.drain_until_idle


@pytest.fixture
def assert_statements(db):
    """Count SQL statements, transaction control left out, and show them when the number is another."""

    @contextmanager
    def expect(number):
        with CaptureQueriesContext(connection) as captured:
            yield
        control = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "SET LOCAL")
        counted = [query["sql"] for query in captured if not query["sql"].startswith(control)]
        assert len(counted) == number, "\n".join(counted)

    return expect


@pytest.fixture
def reindex(db, settings, tmp_path, monkeypatch) -> Iterator[Callable[[], None]]:
    """Give what indexes everything there is, in an index of this test alone."""
    settings.SEARCH_DIR = tmp_path / "search"
    settings.SEARCH_BACKEND = "tantivy"
    engine.cache_clear()
    forget()
    # One that no other test has opened.
    monkeypatch.setattr(finding, "_breaker", Breaker(search=shelves.search, probe=shelves.probe))

    def index_everything() -> None:
        rebuild(progress=lambda *_: None)
        forget()

    yield index_everything
    engine.cache_clear()
    forget()


@pytest.fixture
def arrive(db, run_outbox, settings, tmp_path) -> Callable[[bytes], InboundMail]:
    """Store a mail, do all that follows, and return its row as it is then."""
    settings.FILES_DIR = tmp_path / "files"
    settings.TRUSTED_AUTHSERV_ID = letters.SERVER
    factories.queue()

    def arrived(raw: bytes) -> InboundMail:
        mail = store_mail(actor=System(), chunks=[raw], source="pipe")
        run_outbox()
        return InboundMail.objects.select_related("ticket", "message__body").get(pk=mail.pk)

    return arrived
