"""Redis, which keeps nothing on disk."""

import shutil
import socket
import subprocess
from pathlib import Path

from tests.engines.services.machine import HOST, own, unprivileged, wait_until


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
    def missing_packages() -> list[str]:
        return [] if shutil.which("redis-server") else ["redis-server"]

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
