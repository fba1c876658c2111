"""Both engines, each at a place of its own."""

from collections.abc import Callable, Iterator
from secrets import token_hex

import pytest

from helpdesk.search.engine import Engine, make_engine
from integrations.search.elastic import cluster

PATIENCE_S = 30.0

MakeEngine = Callable[..., Engine]


@pytest.fixture
def elasticsearch(elasticsearch_url, settings, monkeypatch, db) -> str:
    """Make the cluster ours, under names that no other test has; `db` because the database's clock orders writes.

    A machine that runs all tests at once is slower than any page may be, so there is more patience here.
    """
    monkeypatch.setattr(cluster, "SEARCH_S", PATIENCE_S)
    monkeypatch.setattr(cluster, "WRITE_S", PATIENCE_S)
    settings.ELASTICSEARCH_URL = elasticsearch_url
    settings.ELASTICSEARCH_PREFIX = f"test-{token_hex(6)}"
    return elasticsearch_url


@pytest.fixture
def tantivy(settings, tmp_path) -> None:
    settings.SEARCH_DIR = tmp_path / "search"


@pytest.fixture(params=["tantivy", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def another_engine(request) -> Iterator[MakeEngine]:
    """Return a function that makes an engine as another process would."""
    request.getfixturevalue(request.param)
    made: list[Engine] = []

    def make(place: str = "live") -> Engine:
        made.append(make_engine(backend=request.param, place=place))
        return made[-1]

    yield make
    for engine in made:
        engine.drop()
        if engine.name == "elasticsearch":
            engine.close()


@pytest.fixture
def engine(another_engine) -> Engine:
    return another_engine()
