"""What every server needs of the machine: a user to run as, a folder, a port, packages of Debian."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

HOST = "127.0.0.1"
# Only what is broken takes so long: a busy machine needs a while to start programs.
START_S = 120.0
# Below those the system gives to who asks for any port, or for a connection: from there nobody takes ours meanwhile.
PORTS = range(20_000, 30_000)
# Waits while another program is installing something.
APT = ("apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq")


class FailedError(Exception):
    """Why a server does not run, for the person at the terminal."""


def unprivileged(preferred: str) -> str | None:
    """Return whom to run a server as; PostgreSQL and Elasticsearch refuse to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return preferred if preferred in known else "nobody"


def own(folder: Path, user: str | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if user:
        shutil.chown(folder, user)


def free_port() -> int:
    """Return a port that is nobody's, and that no other test gets while this process lives, however late it is used."""
    first = os.getpid() * 101 % len(PORTS)
    for port in (*PORTS[first:], *PORTS[:first]):
        if _reserve(port) and is_free(port):
            return port
    raise FailedError("there is no free port")


def _reserve(port: int) -> bool:
    """Note in a name that ends with this process that the port is ours."""
    if sys.platform != "linux":  # Nowhere else are there such names.
        return True
    with socket.socket(socket.AF_UNIX) as name:
        try:
            name.bind(f"\0aanspreekpunt-port-{port}")
        except OSError:
            return False
        # Left open.
        name.detach()
    return True


def is_free(port: int) -> bool:
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        return False
    return True


def wait_until(is_so: Callable[[], bool], otherwise: str, *, seconds: float = START_S) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise FailedError(otherwise)
        time.sleep(0.05)


def say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201 - stdout is what the shell evaluates


def install_packages(packages: Sequence[str], *, otherwise: str) -> None:
    """Install from Debian; `otherwise` says what else a person can do."""
    if not packages:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise FailedError(f"not installed: {', '.join(packages)}; install them, or {otherwise}")
    say(f"installing {', '.join(packages)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run([*APT, *step], check=False, env=quiet, stdout=sys.stderr)
        if done.returncode:
            raise FailedError(f"apt-get {step[0]} failed")
