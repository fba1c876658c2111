"""The product on a genuine Elasticsearch of its own, which is stopped, stands still and dies."""

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.config.test_serve import ROOT, Place
from tests.engines.services import Elasticsearch, free_port, wait_until

pytestmark = pytest.mark.elasticsearch

# What the first page after a fault may take: search gives up within a second.
FIRST_S = 5.0
PREPARE_S = 300
FOUND_S = 60.0


@pytest.fixture(scope="module")
def server(elasticsearch_url) -> Iterator[Elasticsearch]:
    """Start one that may be broken; that of the other tests says whether there can be any."""
    # Not among pytest's folders: it runs as somebody else, who cannot enter them.
    with tempfile.TemporaryDirectory(prefix="aanspreekpunt-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        server = Elasticsearch(Path(folder) / "elasticsearch", free_port())
        server.start()
        yield server
        server.kill()


@pytest.fixture(scope="module")
def site(tmp_path_factory, server) -> Iterator[Place]:
    place = Place(tmp_path_factory.mktemp("var"), free_port(), {"ELASTICSEARCH_URL": server.url})
    prepare = [sys.executable, "manage.py", "prepare"]
    subprocess.run(prepare, check=True, cwd=ROOT, env=place.environment(), timeout=PREPARE_S)
    process = place.serve()
    place.wait_for_health()
    yield place
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


class Person:
    """A persona at a browser, and its programs."""

    def __init__(self, site: Place, name: str) -> None:
        self.site = site
        self.persona = json.loads((site.var / "demo.json").read_text())["personas"][name]
        _status, _text, headers = self._ask("GET", urlsplit(self.persona["login_url"]).path)
        self.cookie = "; ".join(line.split(";")[0] for line in headers.get_all("Set-Cookie"))

    def finds(self, words: str) -> tuple[bool, bool]:
        """Say whether the page of results shows these words as a title, and whether search works in full."""
        status, text, _headers = self._ask("GET", f"/desk/zoeken/?{urlencode({'q': words})}", Cookie=self.cookie)
        assert status == 200
        return f">{words}</a>" in text, "notice--warning" not in text

    def asks(self, subject: str) -> None:
        token = {"Authorization": f"Bearer {self.persona['api_token']}", "Content-Type": "application/json"}
        body = json.dumps({"subject": subject, "body": "Mijn vraag."})
        status, text, _headers = self._ask("POST", "/api/v1/tickets", body, **token)
        assert status == 201, text

    def _ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str, http.client.HTTPMessage]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=30)) as link:
            link.request(method, path, body or None, headers)
            answer = link.getresponse()
            return answer.status, answer.read().decode(), answer.headers


@pytest.fixture(scope="module")
def agent(site) -> Person:
    """Return one who finds a question that was just asked."""
    agent = Person(site, "agent")
    agent.asks("De wachtkamer")
    wait_until(lambda: agent.finds("De wachtkamer") == (True, True), "what was asked is not found", seconds=FOUND_S)
    return agent


def readiness(site: Place) -> dict[str, object]:
    with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)) as link:
        link.request("GET", "/readyz")
        answer = json.loads(link.getresponse().read())
    return {"ready": answer["ready"], **answer["checks"]["search"]}


def test_the_doctor_and_readyz_name_it(site):
    report = json.loads(site.manage("doctor", "--json").stdout)
    (found,) = [engine for engine in report["engines"] if engine["name"] == "search"]
    assert (found["engine"], found["ok"]) == ("elasticsearch", True)
    assert found["version"].startswith("8.19.")
    assert readiness(site) == {"ready": True, "ok": True, "engine": "elasticsearch"}


def stop(server: Elasticsearch) -> None:
    server.stop()


def die(server: Elasticsearch) -> None:
    server.kill()


def stand_still(server: Elasticsearch) -> None:
    os.kill(server.pid, signal.SIGSTOP)


def come_back(server: Elasticsearch) -> None:
    if server.pid is None:
        server.start()
    else:
        os.kill(server.pid, signal.SIGCONT)


@pytest.mark.parametrize("fault", [stand_still, stop, die])
def test_pages_go_on_without_it_and_everything_is_found_after_its_return(site, agent, server, fault):
    subject = f"Vraag terwijl hij weg was, {fault.__name__}"
    fault(server)
    try:
        began = time.monotonic()
        assert agent.finds("De wachtkamer") == (True, False)
        assert time.monotonic() - began < FIRST_S
        agent.asks(subject)
        assert agent.finds(subject) == (True, False)
        assert (readiness(site)["ready"], readiness(site)["ok"]) == (True, False)
    finally:
        come_back(server)
    wait_until(lambda: agent.finds(subject) == (True, True), "it is not found after the return", seconds=FOUND_S)
    assert readiness(site)["ok"] is True
