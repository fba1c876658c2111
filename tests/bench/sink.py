"""A mail server in a process of its own that takes everything and writes down when (`python -m tests.bench.sink`)."""

import asyncio
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.engines.services import free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
MARKER = re.compile(r"BENCH-[0-9a-f]{12}")


@dataclass(frozen=True)
class Sink:
    port: int
    journal: Path

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}"

    def mails(self) -> list[dict[str, Any]]:
        """Return what was taken: `at` by the clock of `time.monotonic()`, `to`, `message_id`, `markers`."""
        # One that is being written has no end yet.
        return [json.loads(line) for line in self.journal.read_text().splitlines(keepends=True) if line.endswith("\n")]

    def arrivals(self) -> dict[str, float]:
        """Return when the first mail with each marker was taken."""
        return {marker: mail["at"] for mail in reversed(self.mails()) for marker in mail["markers"]}


@contextmanager
def mail_sink(folder: Path) -> Iterator[Sink]:
    """Run a mail server that takes everything, in a process of its own."""
    sink = Sink(free_port(), folder / "mails.jsonl")
    sink.journal.touch()
    command = [sys.executable, "-m", "tests.bench.sink", str(sink.port), str(sink.journal)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_until(lambda: _can_connect(sink.port), "the mail server does not start")
        yield sink
    finally:
        process.terminate()
        process.wait()


class Handler:
    def __init__(self, journal: Path) -> None:
        self._journal = journal.open("a", buffering=1)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        at = time.monotonic()
        # A marker may be cut in two by quoted-printable.
        text = bytes(envelope.content or b"").replace(b"=\r\n", b"").decode("latin1")
        head = message_from_bytes(bytes(envelope.content or b""))
        line = {
            "at": at,
            "to": envelope.rcpt_tos,
            "message_id": head["Message-ID"],
            "automatic": head["Auto-Submitted"] or "",
            "markers": sorted(set(MARKER.findall(text))),
        }
        self._journal.write(json.dumps(line) + "\n")
        return "250 taken"


async def serve(port: int, journal: Path) -> None:
    handler: Any = Handler(journal)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, hostname="sink.example"), HOST, port)
    await server.serve_forever()


def _can_connect(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
