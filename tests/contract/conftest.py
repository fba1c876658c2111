"""Who speaks to the product. Nothing here or in these tests knows its code."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.contract.installation import Installation
from tests.contract.visitor import Program, Visitor


@pytest.fixture
def visitor(product: Installation) -> Iterator[Callable[..., Visitor]]:
    """Return a function that makes a browser, signed in as a persona when one is named."""
    with ExitStack() as stack:

        def make(persona: str | None = None) -> Visitor:
            made = Visitor(product, persona)
            stack.callback(made.client.close)
            return made

        yield make


@pytest.fixture
def program(product: Installation) -> Iterator[Callable[..., Program]]:
    """Return a function that makes a client of the API, with the token of a persona when one is named."""
    with ExitStack() as stack:

        def make(persona: str | None = None) -> Program:
            made = Program(product, persona)
            stack.callback(made.client.close)
            return made

        yield make


@pytest.fixture
def agent(program: Callable[..., Program]) -> Program:
    return program("agent")


@pytest.fixture
def official(program: Callable[..., Program]) -> Program:
    return program("official")


@pytest.fixture
def stranger(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor()
