"""Elasticsearch: one node of our own, with a small heap."""

import json
import os
import signal
import subprocess
import tempfile
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO

from tests.engines.services import distribution
from tests.engines.services.machine import HOST, FailedError, own, unprivileged, wait_until

# It is two Java programs after each other, which a busy machine starts slowly.
START_S = 180.0
SETTINGS = """
cluster.name: aanspreekpunt
discovery.type: single-node
xpack.security.enabled: false
http.host: {host}
http.port: {port}
transport.host: {host}
transport.port: 0
path.data: {folder}/data
path.logs: {folder}
# A full disk is tested elsewhere, and a laptop's often is.
cluster.routing.allocation.disk.threshold_enabled: false
"""
JAVA = """
-Xms512m
-Xmx512m
-XX:+UseSerialGC
-XX:+ExitOnOutOfMemoryError
-Djava.io.tmpdir=${ES_TMPDIR}
"""
LOG = """
appender.file.type = File
appender.file.name = file
appender.file.fileName = {folder}/log
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{{ISO8601}} %p %c{{1.}} %m%n
rootLogger.level = info
rootLogger.appenderRef.file.ref = file
"""


class Elasticsearch:
    name = "elasticsearch"
    variable = "ELASTICSEARCH_URL"

    def __init__(self, folder: Path, port: int, **_options: object) -> None:
        self.folder = folder
        self.port = port
        self.log = folder / "log"
        self.user = unprivileged("elasticsearch")
        self.url = f"http://{HOST}:{port}"

    @staticmethod
    def missing_packages() -> list[str]:
        return distribution.missing_packages()

    def is_running(self) -> bool:
        """Say whether ours answers; another's on our port is not ours."""
        return self.pid is not None and self._answers()

    def is_as_wanted(self) -> bool:
        return True

    @property
    def pid(self) -> int | None:
        """Return the server's process while it lives; its number may since be another program's."""
        try:
            number = int((self.folder / "pid").read_text())
            words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        return number if f"-Djava.io.tmpdir={self._temporary}".encode() in words else None

    def start(self) -> None:
        home = distribution.unpacked()
        self._configure()
        # To a file, because a server that inherits a pipe keeps its reader waiting for ever.
        with tempfile.TemporaryFile("w+") as said:
            code = self._run(home / "bin" / "elasticsearch", said)
            if code:
                said.seek(0)
                raise FailedError(f"Elasticsearch failed ({code}): {said.read().strip()[-2000:]}; see {self.log}")
        wait_until(self.is_running, f"Elasticsearch does not answer; see {self.log}", seconds=START_S)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def _run(self, program: Path, said: IO[str]) -> int:
        """Run the launcher, which ends once the server answers; return its exit code."""
        environment = {
            "PATH": os.environ["PATH"],
            "ES_JAVA_HOME": str(distribution.java_home()),
            "ES_PATH_CONF": str(self.folder / "config"),
            "ES_TMPDIR": str(self._temporary),
        }
        command = [str(program), "-d", "-p", str(self.folder / "pid")]
        done = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd=self.folder,
            user=self.user,
            env=environment,
        )
        return done.returncode

    @property
    def _temporary(self) -> Path:
        return self.folder / "tmp"

    def _configure(self) -> None:
        for folder in (self.folder, self._temporary, self.folder / "data", self.folder / "config"):
            own(folder, self.user)
        settings = SETTINGS.format(host=HOST, port=self.port, folder=self.folder)
        files = {
            "elasticsearch.yml": settings,
            "jvm.options": JAVA,
            "log4j2.properties": LOG.format(folder=self.folder),
        }
        for name, text in files.items():
            (self.folder / "config" / name).write_text(text)

    def _end(self, how: signal.Signals) -> None:
        pid = self.pid
        if pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(pid, how)
        wait_until(lambda: self.pid is None, "Elasticsearch does not stop")

    def _answers(self) -> bool:
        link = HTTPConnection(HOST, self.port, timeout=5)
        try:
            link.request("GET", "/_cluster/health")
            return json.loads(link.getresponse().read())["status"] in {"green", "yellow"}
        except (OSError, HTTPException, ValueError, KeyError):
            return False
        finally:
            link.close()
