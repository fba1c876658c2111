"""`manage.py serve` as its own process: how it starts, how it ends, and what a crash leaves."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.config.conftest import read_answer, upload
from tests.engines.services import free_port

ROOT = Path(__file__).resolve().parents[2]
EX_CONFIG = 78


@dataclass
class Place:
    """A migrated VAR_DIR and a port of its own."""

    var: Path
    port: int
    variables: dict[str, str] = field(default_factory=dict)

    def manage(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *arguments]
        environment = self.environment(**variables)
        return subprocess.run(
            command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
        )

    def serve(self, **variables: str) -> subprocess.Popen[str]:
        log = (self.var / "log").open("a")
        with log:
            return subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=ROOT,
                env=self.environment(**variables),
                stderr=log,
                text=True,
            )

    def environment(self, **variables: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        return kept | {"VAR_DIR": str(self.var), "PORT": str(self.port), "DEMO": "1"} | self.variables | variables

    def wait_for_health(self, within_s: float = 120) -> None:
        started = time.monotonic()
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=20) as answer:
                    assert answer.status == 200
                    return
            except OSError:
                assert time.monotonic() - started < within_s, (self.var / "log").read_text()
                time.sleep(0.01)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Place:
    place = Place(tmp_path_factory.mktemp("var"), free_port())
    done = place.manage("migrate", "--skip-checks")
    assert done.returncode == 0, done.stderr
    return place


@pytest.fixture
def server(place) -> Iterator[subprocess.Popen[str]]:
    process = place.serve()
    try:
        place.wait_for_health()
        yield process
    finally:
        process.kill()
        process.wait()


def seconds_computed(pid: int) -> float:
    """Return the processor time a process took: how long it needs where nothing else runs."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_after_a_crash_it_is_healthy_again_within_five_seconds(place, server):
    assert int((place.var / "serve.pid").read_text()) == server.pid
    server.kill()
    server.wait()
    again = place.serve()
    try:
        place.wait_for_health()
        assert seconds_computed(again.pid) < 5
        assert int((place.var / "serve.pid").read_text()) == again.pid
    finally:
        again.kill()
        again.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_finishes_the_request_in_flight_and_exits_0(place, server, number):
    with socket.create_connection(("127.0.0.1", place.port), timeout=60) as link:
        # Who asks whether to go on is told so by a server that is at it.
        head = upload(10, path="/api/v1/tickets").removesuffix(b"\r\n") + b"Expect: 100-continue\r\n\r\n"
        link.sendall(head)
        assert link.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        link.sendall(b"x" * 5)
        server.send_signal(number)
        time.sleep(0.5)
        assert server.poll() is None
        link.sendall(b"x" * 5)
        assert read_answer(link).status == 401
    assert server.wait(60) == 0
    assert not (place.var / "serve.pid").exists()


def test_a_second_server_on_the_same_folder_is_refused_in_one_line(place, server):
    done = place.manage("serve", PORT=str(free_port()))
    assert done.returncode == 1
    assert done.stderr == (
        f"CommandError: another server already runs on {place.var}; stop it first, or set REDIS_URL to run several\n"
    )
    assert server.poll() is None


def test_a_port_that_is_taken_is_said_in_one_line(place):
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        done = place.manage("serve", PORT=str(port))
    assert (done.returncode, done.stderr) == (
        1,
        f"CommandError: cannot listen on 127.0.0.1:{port}: Address already in use\n",
    )


@pytest.mark.parametrize(
    ("variable", "value"),
    [("PORT", "many"), ("DATABASE_URL", "mysql://x"), ("REDIS_URL", "localhost"), ("BASE_URL", "https://aalter.be")],
)
def test_broken_settings_stop_it_with_one_clear_line(place, variable, value):
    done = place.manage("serve", **{variable: value})
    assert done.returncode == EX_CONFIG
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("aanspreekpunt: ")


def test_it_is_ready_and_shows_its_numbers_on_this_machine(place, server):
    with urllib.request.urlopen(f"http://127.0.0.1:{place.port}/readyz", timeout=60) as answer:
        report = json.load(answer)
    # Built by `prepare`, which did not run here, or by the worker in a while; pages do not wait for it.
    assert report["checks"].pop("search")["engine"] == "tantivy"
    assert report == {
        "ready": True,
        "checks": {
            "database": {"ok": True, "engine": "sqlite"},
            "bus": {"ok": True, "engine": "memory"},
            "files": {"ok": True, "engine": "folder"},
            "outbox": {"ok": True, "pending": 0, "oldest_s": 0},
        },
    }
    with urllib.request.urlopen(f"http://127.0.0.1:{place.port}/metrics", timeout=60) as answer:
        numbers = answer.read().decode()
    assert 'aanspreekpunt_requests_total{route="/readyz",status="2xx"} 1.0' in numbers
    assert "aanspreekpunt_outbox_pending 0.0" in numbers
    assert "process_resident_memory_bytes" in numbers


def test_the_doctor_lists_every_engine_that_answers(place):
    assert place.manage("reindex").returncode == 0
    done = place.manage("doctor", "--json")
    report = json.loads(done.stdout)
    assert [(engine["name"], engine["engine"], engine["ok"]) for engine in report["engines"]] == [
        ("database", "sqlite", True),
        ("cache", "memory", True),
        ("channel_layer", "memory", True),
        ("broker", "memory", True),
        ("files", "folder", True),
        ("mail", "folder", True),
        ("mail_reader", "process", True),
        ("mailbox", "none", True),
        ("search", "tantivy", True),
    ]
    assert (done.returncode, report["ok"]) == (0, True)


def test_the_doctor_fails_when_an_engine_does_not_answer(place):
    gone = free_port()
    assert place.manage("reindex").returncode == 0
    done = place.manage(
        "doctor",
        DATABASE_URL=f"postgres://x@127.0.0.1:{gone}/x",
        REDIS_URL=f"redis://127.0.0.1:{gone}/0",
        EMAIL_URL=f"smtp://127.0.0.1:{gone}",
    )
    verdicts = [line.split()[:2] for line in done.stdout.splitlines()]
    assert verdicts == [
        ["database", "FAILED"],
        ["cache", "FAILED"],
        ["channel_layer", "FAILED"],
        ["broker", "FAILED"],
        ["files", "ok"],
        ["mail", "FAILED"],
        ["mail_reader", "ok"],
        ["mailbox", "ok"],
        ["search", "ok"],
    ]
    assert done.returncode == 1


def test_work_runs_what_waits_and_exits_0(place):
    done = place.manage("work", "--until-idle")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "0 deliveries\n")
