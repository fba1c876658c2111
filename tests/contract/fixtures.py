"""The product as a newcomer starts it, once for all tests that look at it from outside."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.contract.installation import Factory, Installation


@pytest.fixture(scope="session")
def factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Factory]:
    factory = Factory(tmp_path_factory.mktemp("contract"))
    yield factory
    factory.remove()


@pytest.fixture(scope="session")
def prepared_product(factory: Factory) -> Installation:
    """Return what `manage.py prepare` made; clients may say from which address they come."""
    return factory.prepared(TRUSTED_PROXIES="127.0.0.1")


@pytest.fixture(scope="session")
def product(prepared_product: Installation) -> Iterator[Installation]:
    try:
        prepared_product.start()
        yield prepared_product
    finally:
        prepared_product.stop()


@pytest.fixture
def another_product(factory: Factory, prepared_product: Installation) -> Iterator[Callable[..., Installation]]:
    """Return a function that makes another installation, for tests that break or stop it."""
    with ExitStack() as stack:

        def make(**variables: str) -> Installation:
            installation = factory.another(**variables)
            stack.callback(installation.stop)
            return installation

        yield make
