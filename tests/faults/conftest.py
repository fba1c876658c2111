"""The product as its own processes, to be killed: on the engines the environment names."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.bench.server import own_servers
from tests.bench.sink import Sink, mail_sink
from tests.faults.installation import Engines, Installation, install, prepare
from tests.faults.ledger import Ledger

ON_SERVERS = bool(os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))
# Without PostgreSQL and Redis there are no such servers to lose.
collect_ignore = [] if ON_SERVERS else ["test_servers_lost.py"]

MakeInstallation = Callable[..., Installation]


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    """Give servers of our own, because they are killed too; with fsync, because that is what is tested."""
    if not ON_SERVERS:
        yield Engines()
        return
    with own_servers() as (_folder, postgresql, redis):
        yield Engines(postgresql, redis)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory, engines) -> Path:
    var = tmp_path_factory.mktemp("prepared") / "var"
    prepare(var, engines)
    return var


@pytest.fixture
def make_installation(tmp_path, prepared, engines) -> Iterator[MakeInstallation]:
    made: list[Installation] = []

    def make(*, sink: Sink | None = None, python: tuple[str, ...] = ()) -> Installation:
        installation = install(tmp_path / "var", prepared, engines, sink)
        if python:
            installation.python = python
        made.append(installation)
        return installation

    yield make
    for installation in made:
        installation.kill()


@pytest.fixture
def installation(make_installation) -> Installation:
    installation = make_installation()
    installation.start()
    return installation


@pytest.fixture
def sink(tmp_path) -> Iterator[Sink]:
    with mail_sink(tmp_path) as sink:
        yield sink


@pytest.fixture
def ledger(tmp_path) -> Iterator[Ledger]:
    with closing(Ledger(tmp_path / "ledger.jsonl")) as ledger:
        yield ledger
