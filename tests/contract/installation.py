"""The product as a newcomer runs it: documented commands, documented variables, a folder and a port of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg

from tests.engines.services import Redis, free_port

ROOT = Path(__file__).resolve().parents[2]
# Only what is broken takes so long, also on a busy machine.
START_S = 120.0
WAIT_S = 90.0


class TooLateError(AssertionError):
    """What should have happened by itself did not."""


def wait_for(sought: Callable[[], Any], what: str, within_s: float = WAIT_S) -> Any:
    """Return the first answer that is not empty."""
    deadline = time.monotonic() + within_s
    while not (found := sought()):
        if time.monotonic() > deadline:
            raise TooLateError(what)
        time.sleep(0.02)
    return found


@dataclass
class Installation:
    """One folder with everything the product writes, and the processes that run on it."""

    var: Path
    variables: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    server: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def demo(self) -> dict[str, Any]:
        demo: dict[str, Any] = json.loads((self.var / "demo.json").read_text())
        return demo

    @property
    def personas(self) -> dict[str, dict[str, str]]:
        personas: dict[str, dict[str, str]] = self.demo["personas"]
        return personas

    def environment(self, **variables: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        return kept | {"VAR_DIR": str(self.var), "PORT": str(self.port), "DEMO": "1"} | self.variables | variables

    def manage(self, *arguments: str, text: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        done = self.manage_bytes(*arguments, content=text.encode(), **variables)
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    def manage_bytes(
        self, *arguments: str, content: bytes = b"", **variables: str
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            check=False,
            cwd=ROOT,
            env=self.environment(**variables),
            input=content,
            capture_output=True,
            timeout=300,
        )

    def start(self, **variables: str) -> None:
        self.server = self._spawn("manage.py", "serve", **variables)
        wait_for(self.is_healthy, f"no answer: {self.log}", START_S)
        if "REDIS_URL" in self.variables and not self.workers:
            self.workers = [self._spawn("manage.py", "work")]

    def is_healthy(self) -> bool:
        if self.server is None or self.server.poll() is not None:
            raise TooLateError(f"the server ended: {self.log}")
        try:
            return httpx.get(f"{self.base_url}/healthz", timeout=2).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send the server this signal and return its exit code."""
        assert self.server is not None
        self.server.send_signal(number)
        return self.server.wait(60)

    def stop(self) -> None:
        for process in [*self.workers, *([self.server] if self.server else [])]:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.workers, self.server = [], None

    @property
    def log(self) -> str:
        return (self.var / "log").read_text()

    def settle(self) -> None:
        """Wait until everything that follows from what was done is done."""
        wait_for(lambda: self._pending() == 0, "the outbox does not empty")

    def mails_to(self, address: str) -> list[EmailMessage]:
        mails = [read_mail(path) for path in sorted((self.var / "mail-out").glob("*.eml"))]
        return [mail for mail in mails if address in str(mail["To"])]

    def mail_to(self, address: str, number: int = 1) -> EmailMessage:
        """Return the last of this many mails, when they are there."""
        mails: list[EmailMessage] = wait_for(
            lambda: found if len(found := self.mails_to(address)) >= number else [], f"no mail {number} to {address}"
        )
        assert len(mails) == number
        return mails[-1]

    def everything_stored(self) -> bytes:
        """Return what the database holds, as bytes to look in."""
        if "DATABASE_URL" not in self.variables:
            return b"".join(path.read_bytes() for path in self.var.glob("*.sqlite3*"))
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        with psycopg.connect(self.variables["DATABASE_URL"]) as link:
            names = [name for (name,) in link.execute(tables)]
            rows = [str(row) for name in names for row in link.execute(f'SELECT t::text FROM "{name}" t')]  # noqa: S608
        return "\n".join(rows).encode()

    def _pending(self) -> int:
        pending: int = httpx.get(f"{self.base_url}/readyz", timeout=60).json()["checks"]["outbox"]["pending"]
        return pending

    def _spawn(self, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
        with (self.var / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *arguments], cwd=ROOT, env=self.environment(**variables), stdout=log, stderr=log
            )


def read_mail(path: Path) -> EmailMessage:
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def texts_of(mail: EmailMessage) -> list[str]:
    """Return everything a reader can see of it: headers, text, HTML."""
    headers = "\n".join(f"{name}: {value}" for name, value in mail.items())
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return [headers, *parts]


def cpu_seconds(process: "subprocess.Popen[bytes]") -> float:
    """Return the processor time a process took: how long it needs where nothing else runs."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Factory:
    """Makes installations: the first by the documented command, the others as copies of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Of PostgreSQL, when the environment names both servers; else each is one process.
        self.database_url = os.environ.get("DATABASE_URL", "") if os.environ.get("REDIS_URL") else ""
        self.number = 0
        self.databases: list[str] = []
        self.servers = ExitStack()

    def prepared(self, **variables: str) -> Installation:
        installation = self.empty(**variables)
        done = installation.manage("prepare")
        assert done.returncode == 0, done.stderr
        shutil.copytree(installation.var, self.folder / "template")
        self.template = self._copy_database(installation)
        return installation

    def another(self, **variables: str) -> Installation:
        var = self._new_folder()
        shutil.copytree(self.folder / "template", var)
        return Installation(var, self._engines_for(self.template) | variables)

    def empty(self, **variables: str) -> Installation:
        """Return one with nothing in it, not even tables."""
        installation = Installation(self._new_folder(), self._engines_for("template1") | variables)
        installation.var.mkdir()
        return installation

    def remove(self) -> None:
        for name in self.databases:
            self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.servers.close()

    def _copy_database(self, installation: Installation) -> str:
        if not self.database_url:
            return ""
        source = urlsplit(installation.variables["DATABASE_URL"]).path.strip("/")
        return self._new_database(source)

    def _new_folder(self) -> Path:
        self.number += 1
        return self.folder / f"var-{self.number}"

    def _engines_for(self, template: str) -> dict[str, str]:
        if not self.database_url:
            return {}
        database = urlsplit(self.database_url)._replace(path=self._new_database(template))
        return {"DATABASE_URL": database.geturl(), "REDIS_URL": self.servers.enter_context(own_redis())}

    def _new_database(self, template: str) -> str:
        name = f"contract_{os.urandom(6).hex()}"
        self._sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self.databases.append(name)
        return name

    def _sql(self, statement: str) -> None:
        with psycopg.connect(self.database_url, autocommit=True) as link:
            link.execute(statement)


@contextmanager
def own_redis() -> Iterator[str]:
    """Give a Redis of its own: copies of an installation number their tokens alike, and count under that number."""
    # Not among pytest's folders: Redis runs as somebody else, who cannot enter them.
    with tempfile.TemporaryDirectory(prefix="aanspreekpunt-") as folder:
        Path(folder).chmod(0o755)
        redis = Redis(Path(folder) / "redis", free_port())
        redis.start()
        try:
            yield redis.url
        finally:
            redis.stop()
