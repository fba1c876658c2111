"""The product as in production, on servers of its own: PostgreSQL with fsync on, Redis, web, workers, a mail server."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from tests.engines import services
from tests.engines.services import PostgreSQL, Redis, free_port

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
START_S = 120.0


@dataclass
class Product:
    """One installation: its variables, and the processes that run it."""

    var: Path
    port: int
    variables: dict[str, str]
    # What runs Python programs; a test may put something around them.
    python: tuple[str, ...] = (sys.executable,)
    worker_python: tuple[str, ...] = (sys.executable,)
    web: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        ours = {
            "VAR_DIR": str(self.var),
            "PORT": str(self.port),
            "BASE_URL": self.base_url,
            "DEMO": "1",
            "DEBUG": "0",
            # The clients say for whom they speak, because one address may post 300 times in ten minutes.
            "TRUSTED_PROXIES": HOST,
        }
        return kept | ours | self.variables

    @property
    def personas(self) -> dict[str, Any]:
        personas: dict[str, Any] = json.loads((self.var / "demo.json").read_text())["personas"]
        return personas

    @property
    def processes(self) -> list[subprocess.Popen[bytes]]:
        return [*([self.web] if self.web else []), *self.workers]

    def manage(self, *arguments: str) -> None:
        subprocess.run([sys.executable, "manage.py", *arguments], check=True, cwd=ROOT, env=self.environment)

    def start_web(self) -> float:
        """Start the server; return after how many seconds it answered."""
        started = time.perf_counter()
        self.web = self._spawn([*self.python, "manage.py", "serve"], "web")
        while not answers(self.port):
            if self.web.poll() is not None or time.perf_counter() - started > START_S:
                raise services.FailedError(f"the server does not start: {(self.var / 'web.log').read_text()[-2000:]}")
            time.sleep(0.005)
        return time.perf_counter() - started

    def start_workers(self) -> None:
        self.workers.append(self._spawn([*self.worker_python, "manage.py", "work"], "work"))

    def stop_workers(self) -> None:
        self._stop(self.workers)
        self.workers.clear()

    def stop(self) -> None:
        self.stop_workers()
        self.stop_web()

    def stop_web(self) -> None:
        self._stop([self.web] if self.web else [])
        self.web = None

    def kill(self) -> None:
        """End everything at once, as a power cut does."""
        self.kill_workers()
        if self.web is not None:
            self.web.kill()
            self.web.wait()
        self.web = None

    def kill_workers(self) -> None:
        for process in self.workers:
            process.kill()
        for process in self.workers:
            process.wait()
        self.workers.clear()

    def _spawn(self, command: list[str], name: str) -> subprocess.Popen[bytes]:
        with (self.var / f"{name}.log").open("ab") as log:
            return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def _stop(self, processes: list[subprocess.Popen[bytes]]) -> None:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def answers(port: int) -> bool:
    """Say whether the server answers /healthz with 200."""
    link = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        link.request("GET", "/healthz")
        return link.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        link.close()


@contextmanager
def own_servers() -> Iterator[tuple[Path, PostgreSQL, Redis]]:
    """Run PostgreSQL with fsync on and Redis, for this run alone and gone after it."""
    with services.own_folder():
        services.install([PostgreSQL, Redis])
    # On a real disk, where a flush costs what it costs in production.
    folder = Path(tempfile.mkdtemp(prefix="aanspreekpunt-bench-", dir="/var/tmp"))
    folder.chmod(0o755)
    try:
        with ExitStack() as stack:
            postgresql = PostgreSQL(folder / "postgresql", free_port(), durable=True)
            redis = Redis(folder / "redis", free_port())
            postgresql.start()
            # What it holds is thrown away, so it need not be written first.
            stack.callback(postgresql.stop, "immediate")
            redis.start()
            stack.callback(redis.stop)
            yield folder, postgresql, redis
    finally:
        shutil.rmtree(folder)


def proportional_memory(process: subprocess.Popen[bytes]) -> float:
    """Return the memory of a process in MB (PSS): what it shares is divided among those that share it."""
    lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    kib = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kib * 1024 / 1e6
