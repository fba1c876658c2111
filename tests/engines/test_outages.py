"""What happens when PostgreSQL or Redis dies under a server that runs."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from channels_redis.pubsub import RedisPubSubChannelLayer
from redis.exceptions import RedisError

from helpdesk.kernel.live import push
from tests.config.test_serve import Place
from tests.engines.services import (
    FailedError,
    PostgreSQL,
    Redis,
    free_port,
    install,
    own_folder,
    unprivileged,
    wait_until,
)

pytestmark = pytest.mark.engines
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Make a folder that the servers' own users can reach, once the servers are installed."""
    with own_folder():
        install([PostgreSQL, Redis])
    folder = tmp_path_factory.mktemp("servers")
    for parent in (folder, *folder.parents):
        if unprivileged("postgres") and parent.stat().st_uid == os.getuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o011)
    return folder


@pytest.fixture(scope="module")
def postgresql(folder) -> Iterator[PostgreSQL]:
    server = PostgreSQL(folder / "postgresql", free_port())
    server.start()
    yield server
    server.stop("immediate")


@pytest.fixture(scope="module")
def redis(folder) -> Iterator[Redis]:
    server = Redis(folder / "redis", free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def site(tmp_path_factory, postgresql, redis) -> Iterator[Place]:
    place = Place(tmp_path_factory.mktemp("var"), free_port(), {"DATABASE_URL": postgresql.url, "REDIS_URL": redis.url})
    for command in (["migrate", "--skip-checks"], ["reindex"]):
        done = place.manage(*command)
        assert done.returncode == 0, done.stderr
    process = place.serve()
    place.wait_for_health()
    yield place
    process.send_signal(signal.SIGTERM)
    assert process.wait(90) == 0


def ask(place: Place, path: str) -> tuple[int, dict[str, str], bytes]:
    """Ask like a browser that signed in earlier, so that the page has to look its session up."""
    with closing(HTTPConnection("127.0.0.1", place.port, timeout=60)) as link:
        link.request("GET", path, headers={"Cookie": "session=" + "a" * 32})
        answer = link.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def checks(place: Place) -> dict[str, bool]:
    return {name: check["ok"] for name, check in json.loads(ask(place, "/readyz")[2])["checks"].items()}


def starts(server: PostgreSQL) -> bool:
    """Start again; not possible before the last child of the one that was killed has gone."""
    try:
        server.start()
    except FailedError:
        return False
    return True


def test_several_servers_run_on_one_database_and_one_bus(site):
    assert ask(site, "/readyz")[0] == 200
    second = Place(site.var, free_port(), site.variables)
    process = second.serve()
    try:
        second.wait_for_health()
        assert checks(second) == {"database": True, "bus": True, "files": True, "outbox": True, "search": True}
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(90) == 0


def test_the_doctor_names_the_versions(site):
    report = json.loads(site.manage("doctor", "--json").stdout)
    found = {engine["name"]: (engine["engine"], bool(engine["version"]), engine["ok"]) for engine in report["engines"]}
    assert found == {
        "database": ("postgresql", True, True),
        "cache": ("redis", True, True),
        "channel_layer": ("redis", True, True),
        "broker": ("redis", True, True),
        "files": ("folder", False, True),
        "mail": ("folder", False, True),
        "mail_reader": ("process", False, True),
        "mailbox": ("none", False, True),
        "search": ("tantivy", True, True),
    }


def test_a_database_that_dies_makes_pages_say_come_back_and_heals(site, postgresql):
    assert ask(site, "/desk/")[0] < 500
    postgresql.kill()
    try:
        status, headers, _ = ask(site, "/desk/")
        assert (status, headers.get("retry-after")) == (503, "10")
        assert checks(site) == {"database": False, "bus": True, "files": True, "outbox": False, "search": True}
        assert [ask(site, path)[0] for path in ("/readyz", "/healthz", "/metrics")] == [503, 200, 200]
    finally:
        wait_until(lambda: starts(postgresql), "PostgreSQL does not start again")
    wait_until(lambda: ask(site, "/readyz")[0] == 200, "the site does not find its database again")
    assert ask(site, "/desk/")[0] < 500


def test_a_bus_that_dies_makes_us_unready_and_heals(site, redis):
    redis.stop()
    try:
        assert (ask(site, "/readyz")[0], checks(site)["bus"]) == (503, False)
    finally:
        redis.start()
    wait_until(lambda: ask(site, "/readyz")[0] == 200, "the site does not find its bus again")


def test_news_finds_its_way_over_a_redis_that_started_anew(redis, monkeypatch):
    layer = RedisPubSubChannelLayer(hosts=[redis.url])
    monkeypatch.setattr("helpdesk.kernel.live.get_channel_layer", lambda: layer)
    push([("desk", {"type": "news"})])
    redis.stop()
    with pytest.raises(RedisError):
        push([("desk", {"type": "news"})])
    for _ in range(2):
        redis.start()
        push([("desk", {"type": "news"})])
        redis.stop()
    redis.start()
