"""What every test may ask for."""

from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.kernel import outbox

pytest_plugins = ["tests.contract.fixtures"]


@pytest.fixture(autouse=True)
def _fresh_cache():
    """Limits counted in one test must not refuse another."""
    cache.clear()


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
        control = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
        counted = [query["sql"] for query in captured if not query["sql"].startswith(control)]
        assert len(counted) == number, "\n".join(counted)

    return expect
