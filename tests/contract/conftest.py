"""The product started once, and who speaks to it. Nothing here or in these tests knows its code."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.contract.installation import Factory, Installation, engines
from tests.contract.visitor import Program, Visitor


@pytest.fixture(scope="session")
def factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Factory]:
    folder = tmp_path_factory.mktemp("contract")
    # Redis runs as somebody else.
    for part in (folder, *folder.parents[:2]):
        part.chmod(0o755)
    with engines(folder / "redis") as named:
        factory = Factory(folder, named)
        yield factory
        factory.remove()


@pytest.fixture(scope="session")
def prepared(factory: Factory) -> Installation:
    """Return what `manage.py prepare` made; clients may say from which address they come."""
    return factory.prepared(TRUSTED_PROXIES="127.0.0.1")


@pytest.fixture(scope="session")
def product(prepared: Installation) -> Iterator[Installation]:
    try:
        prepared.start()
        yield prepared
    finally:
        prepared.stop()


@pytest.fixture
def another(factory: Factory, prepared: Installation) -> Iterator[Callable[..., Installation]]:
    """Return a function that makes another installation, for tests that break or stop it."""
    with ExitStack() as stack:

        def make(**variables: str) -> Installation:
            installation = factory.another(**variables)
            stack.callback(installation.stop)
            return installation

        yield make


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
