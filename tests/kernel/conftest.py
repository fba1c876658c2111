from collections.abc import Callable, Iterator

import pytest

from tests.kernel import happenings


@pytest.fixture
def wired(settings) -> Iterator[Callable[..., None]]:
    """Wire the test's own subscribers, and forget them afterwards."""
    settings.EVENT_WIRING = f"{happenings.__name__}.WIRING"
    yield happenings.wire
    happenings.forget_wiring()
