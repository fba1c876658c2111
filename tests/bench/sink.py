"""A mail server that takes everything and writes down when: `python -m tests.bench.sink PORT JOURNAL`."""

import asyncio
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

MARKER = re.compile(r"BENCH-[0-9a-f]{12}")


class Handler:
    def __init__(self, journal: Path) -> None:
        self._journal = journal.open("a", buffering=1)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        at = time.monotonic()
        # A marker may be cut in two by quoted-printable.
        text = bytes(envelope.content or b"").replace(b"=\r\n", b"").decode("latin1")
        line = {"at": at, "to": envelope.rcpt_tos, "markers": sorted(set(MARKER.findall(text)))}
        self._journal.write(json.dumps(line) + "\n")
        return "250 taken"


async def serve(port: int, journal: Path) -> None:
    handler: Any = Handler(journal)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, hostname="sink.example"), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
