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
START_S = 30.0
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
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


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
