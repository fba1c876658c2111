"""An installation of the product that tests may break: made from one that is prepared once."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Any

from tests.bench.server import ROOT, Product
from tests.bench.sink import Sink
from tests.engines.services import DATABASE, PostgreSQL, Redis, free_port

PREPARED = "prepared"


@dataclass
class Engines:
    """The servers beside the product; none of them when it is one process."""

    postgresql: PostgreSQL | None = None
    redis: Redis | None = None

    @property
    def are_embedded(self) -> bool:
        return self.postgresql is None

    def variables(self, database: str) -> dict[str, str]:
        if self.postgresql is None or self.redis is None:
            return {}
        return {
            "DATABASE_URL": self.postgresql.url.removesuffix(DATABASE) + database,
            "REDIS_URL": self.redis.url,
        }

    def create_database(self, name: str, *, template: str = "template1") -> None:
        if self.postgresql is not None:
            self.postgresql.answer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"', database="postgres")
            # A copied sequence does not log the numbers its origin had logged ahead, until the next checkpoint.
            self.postgresql.answer("CHECKPOINT", database="postgres")


@dataclass
class Installation(Product):
    sink: Sink | None = None
    engines: Engines = field(default_factory=Engines)

    def start(self) -> None:
        self.start_web()
        if not self.engines.are_embedded:
            self.start_workers()

    def finish(self) -> dict[str, Any]:
        """End the processes, do what is left to do, and return what there is then."""
        self.kill()
        command = [sys.executable, "-m", "tests.faults.findings"]
        done = subprocess.run(command, check=True, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE)
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def confirmations(self) -> dict[str, int]:
        """Return how many different confirmations each address got; the same one again counts once."""
        return Counter(address for _message_id, address in set(self.sent_confirmations()))

    def resent(self) -> int:
        """Return how many mails the mail server got again, under the same Message-ID."""
        mails = [mail["message_id"] for mail in self.sink.mails()] if self.sink else []
        return len(mails) - len(set(mails))

    def sent_confirmations(self) -> list[tuple[str, str]]:
        if self.sink is not None:
            mails = [mail for mail in self.sink.mails() if mail["automatic"] == "auto-replied"]
            return [(mail["message_id"], mail["to"][0]) for mail in mails]
        return list(self._in_folder())

    def _in_folder(self) -> Iterator[tuple[str, str]]:
        for path in (self.var / "mail-out").glob("*.eml"):
            mail = message_from_bytes(path.read_bytes())
            if mail["Auto-Submitted"] == "auto-replied":
                yield mail["Message-ID"], mail["X-Envelope-To"].strip("<>")


def prepare(var: Path, engines: Engines) -> None:
    """Make what every installation begins as."""
    var.mkdir()
    engines.create_database(PREPARED)
    Product(var, free_port(), engines.variables(PREPARED)).manage("prepare")


def install(var: Path, prepared: Path, engines: Engines, sink: Sink | None = None) -> Installation:
    shutil.copytree(prepared, var)
    name = f"site_{os.urandom(4).hex()}"
    engines.create_database(name, template=PREPARED)
    variables = engines.variables(name) | ({"EMAIL_URL": sink.url} if sink else {})
    return Installation(var, free_port(), variables, sink=sink, engines=engines)
