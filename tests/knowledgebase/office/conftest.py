"""The browsers of who works on articles."""

import pytest

from tests.knowledgebase.office.browsing import door


@pytest.fixture
def editor():
    return door("Sofie", "editor")


@pytest.fixture
def second():
    return door("Tom", "editor")


@pytest.fixture
def agent():
    return door("Bram", "agent")
