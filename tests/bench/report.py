"""What was measured, beside what was wanted: as text for people, as JSON for programs."""

import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.client import Sample


@dataclass(frozen=True)
class Timing:
    """Times in milliseconds; the rate is what all clients together got done in a second."""

    number: int
    clients: int
    p50_ms: float
    p95_ms: float
    per_second: float
    # Processor time of the web process for each request: what stays the same on a busy machine.
    cpu_ms: float | None = None


@dataclass(frozen=True)
class Goal:
    """A limit and what was measured; `measured` is None when it could not be."""

    what: str
    limit: float
    measured: float | None
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        if self.measured is None:
            return False
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    def __str__(self) -> str:
        verdict = "met" if self.is_met else "MISSED"
        measured = "not measured" if self.measured is None else f"{self.measured:g}"
        return f"{verdict:<6} {self.what} {'≥' if self.at_least else '≤'} {self.limit:g} (measured {measured})"


@dataclass(frozen=True)
class Yardstick:
    """What one durable insert and one empty page cost just before, on the same machine."""

    insert_ms: float
    empty_page_ms: float


@dataclass
class Row:
    """One job of the table."""

    name: str
    timings: list[Timing] = field(default_factory=list)
    yardstick: Yardstick | None = None
    # SQL statements without transaction control; those for session and actor apart.
    statements: int | None = None
    statements_beside: int | None = None
    wal_syncs: float | None = None
    goals: list[Goal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def timing_of(samples: Sequence[Sample], *, clients: int, cpu_s: float | None = None) -> Timing:
    """Sum up samples of requests that were all answered."""
    took = sorted(sample.seconds * 1000 for sample in samples)
    duration = max(sample.began + sample.seconds for sample in samples) - min(sample.began for sample in samples)
    return Timing(
        number=len(took),
        clients=clients,
        p50_ms=_rounded(percentile(took, 50)),
        p95_ms=_rounded(percentile(took, 95)),
        per_second=round(len(took) / duration, 1),
        cpu_ms=None if cpu_s is None else _rounded(cpu_s * 1000 / len(took)),
    )


def percentile(ordered: Sequence[float], share: int) -> float:
    """Return the value that this share (in percent) of the values does not exceed."""
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * share // 100) - 1))]


def text_of(row: Row) -> Iterator[str]:
    yield f"\n{row.name}"
    for timing in row.timings:
        clients = "1 client " if timing.clients == 1 else f"{timing.clients} clients"
        yield (
            f"  {clients}  n={timing.number:<6} p50 {timing.p50_ms:>8.2f} ms   p95 {timing.p95_ms:>8.2f} ms"
            f"   {timing.per_second:>8.1f}/s{_cpu(timing)}{_ratios(timing, row.yardstick)}"
        )
    counted = list(_counts(row))
    if counted:
        yield "  " + "   ".join(counted)
    yield from (f"  {note}" for note in row.notes)
    for goal in row.goals:
        yield f"  {goal}"
        if not goal.is_met:
            yield "         reason: ____________________"


def write_json(path: Path, rows: Sequence[Row], facts: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    jobs = [asdict(row) | {"goals": [asdict(goal) | {"met": goal.is_met} for goal in row.goals]} for row in rows]
    path.write_text(json.dumps({"measured_at": datetime.now(UTC).isoformat(), **facts, "jobs": jobs}, indent=2) + "\n")


def machine() -> dict[str, object]:
    """Return what the numbers depend on besides the code."""
    return {
        "processors": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "python": platform.python_version(),
        "kernel": platform.release(),
    }


def _cpu(timing: Timing) -> str:
    return "" if timing.cpu_ms is None else f"   web {timing.cpu_ms:.1f} ms CPU"


def _ratios(timing: Timing, yardstick: Yardstick | None) -> str:
    if yardstick is None or timing.clients != 1:
        return ""
    return (
        f"   = {timing.p50_ms / yardstick.insert_ms:.1f} × a durable insert ({yardstick.insert_ms:.2f} ms)"
        f", {timing.p50_ms / yardstick.empty_page_ms:.1f} × an empty page ({yardstick.empty_page_ms:.2f} ms)"
    )


def _counts(row: Row) -> Iterator[str]:
    if row.statements is not None:
        yield f"SQL {row.statements} + {row.statements_beside} for session and actor"
    if row.wal_syncs is not None:
        yield f"WAL syncs {row.wal_syncs:.2f} each"


def _rounded(value: float) -> float:
    return round(value, 3)
