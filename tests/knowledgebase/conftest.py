"""Who works on articles."""

import pytest

from tests import factories


@pytest.fixture
def editor():
    return factories.editor()


@pytest.fixture
def second():
    return factories.editor("Tom Maes")


@pytest.fixture
def agent():
    return factories.actor(factories.agent())
