"""What every test may ask for."""

import pytest
from django.core.cache import cache

from helpdesk.kernel import outbox


@pytest.fixture(autouse=True)
def _fresh_cache():
    """Limits counted in one test must not refuse another."""
    cache.clear()


@pytest.fixture
def run_outbox(db):
    """Run everything that follows from what was committed, as the workers would."""
    return outbox.drain_until_idle
