"""PostgreSQL: one cluster of our own."""

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from tests.engines.services.machine import HOST, FailedError, own, unprivileged, wait_until

DATABASE = "aanspreekpunt"
# One that was killed first reads its log again, and writes everything to the disk.
RECOVERY_S = 120


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
    def missing_packages() -> list[str]:
        return [] if _binaries() else ["postgresql"]

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
        self._run("pg_ctl", "-D", str(self.data), "-l", str(self.log), "-w", "-t", str(RECOVERY_S), "-o", text, "start")
        if not self.answer("SELECT 1 FROM pg_database WHERE datname = current_database()", database=DATABASE):
            self._run("createdb", "-h", HOST, "-p", str(self.port), "-U", DATABASE, DATABASE)

    def stop(self, how: str = "fast") -> None:
        if self.is_running():
            self._run("pg_ctl", "-D", str(self.data), "-w", "-m", how, "stop")

    def kill(self) -> None:
        """Kill it, and wait until its children have noticed: they finish first what they are doing."""
        pid = self.postmaster
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not any(map(_runs, (str(pid), *children))), "the children of PostgreSQL do not end")

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
        folder = _binaries()
        if folder is None:
            raise FailedError("PostgreSQL is not installed")
        return [str(folder / program), *arguments]


def _runs(pid: str) -> bool:
    """Say whether this process runs; of one that ended, and nobody asked how, only the number is left."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False


def _binaries() -> Path | None:
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    on_path = shutil.which("initdb")
    return packaged[-1] if packaged else Path(on_path).parent if on_path else None
