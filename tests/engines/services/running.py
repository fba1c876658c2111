"""Which servers are ours to run, and running them: those the environment does not name."""

import fcntl
import json
import os
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from tests.engines.services.elasticsearch import Elasticsearch
from tests.engines.services.machine import free_port, install_packages, is_free, say, unprivileged
from tests.engines.services.postgresql import PostgreSQL
from tests.engines.services.redis import Redis

ROOT = Path(__file__).resolve().parents[3]
# Not among those that the system gives to connections, which would now and then hold one of them.
PORTS = {"postgresql": 15_432, "redis": 16_379, "elasticsearch": 19_200}

Server = PostgreSQL | Redis | Elasticsearch
Kind = type[PostgreSQL] | type[Redis] | type[Elasticsearch]
SERVERS: tuple[Kind, ...] = (PostgreSQL, Redis, Elasticsearch)


def servers(folder: Path, *, kinds: Sequence[Kind] = SERVERS, durable: bool = False) -> list[Server]:
    """Return those of these kinds that are ours to run."""
    ours = [kind for kind in kinds if not os.environ.get(kind.variable)]
    ports = _ports(folder / "ports.json", [kind.name for kind in ours])
    return [kind(folder / kind.name, ports[kind.name], durable=durable) for kind in ours]


def start(folder: Path, *, kinds: Sequence[Kind] = SERVERS, durable: bool = False) -> None:
    install([kind for kind in kinds if not os.environ.get(kind.variable)])
    for server in servers(folder, kinds=kinds, durable=durable):
        if server.is_running() and server.is_as_wanted():
            continue
        server.stop()
        server.start()
        say(f"{server.name} runs on port {server.port}")


def stop(folder: Path, *, kinds: Sequence[Kind] = SERVERS) -> None:
    for server in servers(folder, kinds=kinds):
        server.stop()
        say(f"{server.name} stopped")


def status(folder: Path, *, kinds: Sequence[Kind] = SERVERS) -> int:
    """Print what runs; return how many do not."""
    running = {server.name: server.is_running() for server in servers(folder, kinds=kinds)}
    for server in servers(folder, kinds=kinds):
        say(f"{server.name} on port {server.port}: {'runs' if running[server.name] else 'stopped'}")
    return list(running.values()).count(False)


def exports(folder: Path, *, kinds: Sequence[Kind] = SERVERS) -> Iterator[str]:
    named = {kind.variable: os.environ.get(kind.variable, "") for kind in kinds}
    named |= {server.variable: server.url for server in servers(folder, kinds=kinds)}
    return (f"export {variable}={shlex.quote(url)}" for variable, url in named.items())


def install(kinds: Sequence[Kind]) -> None:
    """Install what is missing, from Debian."""
    packages = [package for kind in kinds for package in kind.missing_packages()]
    install_packages(packages, otherwise=f"set {' and '.join(kind.variable for kind in kinds)}")


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


def _ports(path: Path, names: Sequence[str]) -> dict[str, int]:
    """Return each server's port, chosen once; another program may hold the usual one."""
    ports: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
    for name in names:
        if name not in ports:
            ports[name] = PORTS[name] if is_free(PORTS[name]) else free_port()
    path.write_text(json.dumps(ports))
    return ports
