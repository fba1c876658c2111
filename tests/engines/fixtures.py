"""A genuine Elasticsearch for whoever asks: the one the environment names, or one of our own."""

import os

import pytest

from tests.engines.services import Elasticsearch, FailedError, own_folder, running


@pytest.fixture(scope="session")
def elasticsearch_url() -> str:
    """Start it once for all workers, and leave it for the next run; `make services-stop` ends it."""
    named = os.environ.get(Elasticsearch.variable)
    if named:
        return named
    try:
        with own_folder() as folder:
            running.start(folder, kinds=[Elasticsearch])
            return running.servers(folder, kinds=[Elasticsearch])[0].url
    except FailedError as error:
        message = f"NOT TESTED: Elasticsearch does not run: {error}"
    # Where everything is to be tested, what was not tested has failed.
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
