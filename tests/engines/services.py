"""PostgreSQL and Redis for tests and benches, from nothing: `services.py start | stop | status | env`.

`start` prints what to export. What DATABASE_URL or REDIS_URL name already is used as it is. Needs only the standard
library, because it runs before any environment exists.
"""

import argparse
import fcntl
import json
import os
import pwd
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
PORTS = {"postgresql": 55_432, "redis": 56_379}
PACKAGES = {"postgresql": "postgresql", "redis": "redis-server"}
DATABASE = "aanspreekpunt"
START_S = 30.0
# Waits while another program is installing something.
APT = ("apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq")


class FailedError(Exception):
    """Why a server does not run, for the person at the terminal."""


class PostgreSQL:
    """One cluster; `durable` means fsync on, as a bench needs and a test does not."""

    name = "postgresql"
    variable = "DATABASE_URL"

    def __init__(self, folder: Path, port: int, *, durable: bool = False) -> None:
        self.port = port
        self.durable = durable
        self.data = folder / "data"
        self.log = folder / "log"
        self.user = unprivileged("postgres")
        self.url = f"postgres://{DATABASE}@{HOST}:{port}/{DATABASE}"

    @staticmethod
    def is_installed() -> bool:
        return _postgresql_binaries() is not None

    def is_running(self) -> bool:
        return self.data.exists() and self._run("pg_ctl", "-D", str(self.data), "status", check=False) == 0

    def start(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._create()
        options = {
            "port": self.port,
            "listen_addresses": HOST,
            "unix_socket_directories": "",
            "max_connections": 200,
            "shared_buffers": "256MB",
            "max_wal_size": "2GB",
            "fsync": "on" if self.durable else "off",
            "synchronous_commit": "on" if self.durable else "off",
            # Where syncs are counted: those that commits ask for, not the WAL writer's own, five in every second.
            "wal_writer_delay": "10s" if self.durable else "200ms",
        }
        text = " ".join(f"-c {name}={shlex.quote(str(value))}" for name, value in options.items())
        self._run(
            "pg_ctl", "-D", str(self.data), "-l", str(self.log), "-w", "-t", str(int(START_S)), "-o", text, "start"
        )
        if not self.answer("SELECT 1 FROM pg_database WHERE datname = current_database()", database=DATABASE):
            self._run("createdb", "-h", HOST, "-p", str(self.port), "-U", DATABASE, DATABASE)

    def stop(self, how: str = "fast") -> None:
        if self.is_running():
            self._run("pg_ctl", "-D", str(self.data), "-w", "-m", how, "stop")

    @property
    def postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().splitlines()[0])

    def is_as_wanted(self) -> bool:
        return self.answer("SHOW fsync", database="postgres") == ("on" if self.durable else "off")

    def answer(self, question: str, *, database: str) -> str:
        command = self._command("psql", "-h", HOST, "-p", str(self.port), "-U", DATABASE, "-Atc", question, database)
        return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()

    def _create(self) -> None:
        own(self.data.parent, self.user)
        options = ("--auth=trust", f"--username={DATABASE}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        self._run("initdb", "-D", str(self.data), *options)

    def _run(self, program: str, *arguments: str, check: bool = True) -> int:
        # To a file, because a server that inherits a pipe keeps its reader waiting for ever.
        with tempfile.TemporaryFile("w+") as said:
            place = self.data.parent if self.data.parent.exists() else "/"
            done = subprocess.run(
                self._command(program, *arguments), check=False, stdout=said, stderr=said, cwd=place, user=self.user
            )
            if check and done.returncode:
                said.seek(0)
                raise FailedError(f"{program} failed: {said.read().strip()}; see {self.log}")
        return done.returncode

    def _command(self, program: str, *arguments: str) -> list[str]:
        folder = _postgresql_binaries()
        if folder is None:
            raise FailedError("PostgreSQL is not installed")
        return [str(folder / program), *arguments]


class Redis:
    name = "redis"
    variable = "REDIS_URL"

    def __init__(self, folder: Path, port: int, **_options: object) -> None:
        self.folder = folder
        self.port = port
        self.log = folder / "log"
        self.user = unprivileged("redis")
        self.url = f"redis://{HOST}:{port}/0"

    @staticmethod
    def is_installed() -> bool:
        return shutil.which("redis-server") is not None

    def is_running(self) -> bool:
        return self._ask("PING") == "+PONG"

    def is_as_wanted(self) -> bool:
        return True

    def start(self) -> None:
        own(self.folder, self.user)
        options = {
            "--port": self.port,
            "--bind": HOST,
            "--dir": self.folder,
            "--logfile": self.log,
            "--daemonize": "yes",
            "--save": "",
            "--appendonly": "no",
        }
        words = [str(word) for option in options.items() for word in option]
        subprocess.run(["redis-server", *words], check=True, cwd=self.folder, user=self.user, stdout=subprocess.DEVNULL)
        wait_until(self.is_running, f"Redis does not answer; see {self.log}")

    def stop(self) -> None:
        if self.is_running():
            self._ask("SHUTDOWN NOSAVE")
            wait_until(lambda: not self.is_running(), "Redis does not stop")

    def _ask(self, command: str) -> str:
        try:
            with socket.create_connection((HOST, self.port), timeout=2) as link:
                link.sendall(f"{command}\r\n".encode())
                return link.recv(100).decode(errors="replace").strip()
        except OSError:
            return ""


Server = PostgreSQL | Redis
SERVERS: tuple[type[PostgreSQL] | type[Redis], ...] = (PostgreSQL, Redis)


def unprivileged(preferred: str) -> str | None:
    """Return whom to run a server as; PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return preferred if preferred in known else "nobody"


def own(folder: Path, user: str | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if user:
        shutil.chown(folder, user)


def free_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_until(is_so: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + START_S
    while not is_so():
        if time.monotonic() > deadline:
            raise FailedError(otherwise)
        time.sleep(0.05)


def servers(folder: Path, *, durable: bool) -> list[Server]:
    """Return the servers that are ours to run: those the environment does not name."""
    ours = [kind for kind in SERVERS if not os.environ.get(kind.variable)]
    ports = _ports(folder / "ports.json", [kind.name for kind in ours])
    return [kind(folder / kind.name, ports[kind.name], durable=durable) for kind in ours]


def start(folder: Path, *, durable: bool) -> None:
    install([kind for kind in SERVERS if not os.environ.get(kind.variable)])
    for server in servers(folder, durable=durable):
        if server.is_running() and server.is_as_wanted():
            continue
        server.stop()
        server.start()
        say(f"{server.name} runs on port {server.port}")


def stop(folder: Path) -> None:
    for server in servers(folder, durable=False):
        server.stop()
        say(f"{server.name} stopped")


def status(folder: Path) -> int:
    """Print what runs; return how many do not."""
    stopped = [server for server in servers(folder, durable=False) if not server.is_running()]
    for server in servers(folder, durable=False):
        say(f"{server.name} on port {server.port}: {'stopped' if server.name in [s.name for s in stopped] else 'runs'}")
    return len(stopped)


def exports(folder: Path) -> Iterator[str]:
    named = {kind.variable: os.environ.get(kind.variable, "") for kind in SERVERS}
    named |= {server.variable: server.url for server in servers(folder, durable=False)}
    return (f"export {variable}={shlex.quote(url)}" for variable, url in named.items())


def say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201 - stdout is what the shell evaluates


def _postgresql_binaries() -> Path | None:
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    on_path = shutil.which("initdb")
    return packaged[-1] if packaged else Path(on_path).parent if on_path else None


def install(kinds: Sequence[type[PostgreSQL] | type[Redis]]) -> None:
    """Install what is missing, from Debian."""
    packages = [PACKAGES[kind.name] for kind in kinds if not kind.is_installed()]
    if not packages:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise FailedError(f"not installed: {', '.join(packages)}; install them, or set DATABASE_URL and REDIS_URL")
    say(f"installing {', '.join(packages)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run([*APT, *step], check=False, env=quiet, stdout=sys.stderr)
        if done.returncode:
            raise FailedError(f"apt-get {step[0]} failed")


def _ports(path: Path, names: Sequence[str]) -> dict[str, int]:
    """Return each server's port, chosen once; another program may hold the usual one."""
    ports: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
    for name in names:
        if name not in ports:
            ports[name] = PORTS[name] if _is_free(PORTS[name]) else free_port()
    path.write_text(json.dumps(ports))
    return ports


def _is_free(port: int) -> bool:
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        return False
    return True


@contextmanager
def own_folder() -> Iterator[Path]:
    """Give the folder of the servers, to one of us at a time; elsewhere when their user cannot reach the tree."""
    folder = ROOT / ".services"
    user = unprivileged("postgres")
    if user and subprocess.run(["test", "-x", str(ROOT)], check=False, user=user, cwd="/").returncode:
        folder = Path("/var/tmp") / f"aanspreekpunt-{sha256(str(ROOT).encode()).hexdigest()[:12]}"  # noqa: S108 - 0755, root's
    folder.mkdir(mode=0o755, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["start", "stop", "status", "env"])
    parser.add_argument("--durable", action="store_true", help="fsync on, for benches")
    wanted = parser.parse_args()
    with own_folder() as folder:
        if wanted.command == "stop":
            stop(folder)
        elif wanted.command == "status":
            return status(folder)
        else:
            if wanted.command == "start":
                start(folder, durable=wanted.durable)
            print("\n".join(exports(folder)))  # noqa: T201 - for `eval`
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except FailedError as error:
        say(f"services: {error}")
        sys.exit(1)
