"""What clients did and were told, line by line on disk, to hold the product to afterwards."""

import json
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

# Without digits, so that no marker can look like a rijksregisternummer and be masked.
LETTERS = str.maketrans("0123456789", "ghijklmnop")


@dataclass(frozen=True)
class Operation:
    """One thing a client wants done once; `marker` stands in what it writes."""

    marker: str
    kind: str
    door: str

    @property
    def address(self) -> str:
        """The requester of a ticket: somebody new, because one address gets three confirmations an hour."""
        return f"{self.marker.lower()}@bestuur.example"


class Ledger:
    """Append-only; `acknowledged` are the operations the product said were done."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", buffering=1)
        self._lock = threading.Lock()
        self.begun: list[Operation] = []
        self.acknowledged: list[Operation] = []
        self.refusals: list[tuple[int, str]] = []

    def close(self) -> None:
        self._file.close()

    def begin(self, kind: str, door: str) -> Operation:
        operation = Operation(f"LEDGER-{str(uuid4()).translate(LETTERS)}", kind, door)
        self._note(operation, "begun", self.begun)
        return operation

    def acknowledge(self, operation: Operation) -> None:
        self._note(operation, "acknowledged", self.acknowledged)

    def refuse(self, operation: Operation, status: int, retry_after: str) -> None:
        """Note an answer that is no yes."""
        self._note(operation, f"refused {status}", [])
        self.refusals.append((status, retry_after))

    def _note(self, operation: Operation, what: str, among: list[Operation]) -> None:
        with self._lock:
            line = {"marker": operation.marker, "kind": operation.kind, "door": operation.door, "state": what}
            self._file.write(json.dumps(line) + "\n")
            among.append(operation)


@dataclass(frozen=True)
class Verdict:
    """What is wrong; all empty when nothing is."""

    lost: list[str]
    doubled: list[str]
    halves: Mapping[str, int]
    without_one_confirmation: list[str]
    undone: Mapping[str, int]


SPOTLESS = Verdict(lost=[], doubled=[], halves={}, without_one_confirmation=[], undone={})


def judge(ledger: Ledger, findings: Mapping[str, Any], confirmations: Mapping[str, int]) -> Verdict:
    """Compare what was acknowledged with what is there, and what is there with the mails that went out.

    `confirmations` counts different mails to an address.
    """
    written = Counter(findings["markers"])
    opened = set(findings["subjects"])
    wrong = [marker for marker in sorted(opened) if confirmations.get(f"{marker.lower()}@bestuur.example") != 1]
    return Verdict(
        lost=[operation.marker for operation in ledger.acknowledged if not written[operation.marker]],
        doubled=[marker for marker, times in written.items() if times > 1],
        halves={name: number for name, number in findings["halves"].items() if number},
        without_one_confirmation=wrong,
        undone={name: number for name, number in findings["undone"].items() if number},
    )
