"""What was measured, beside what was wanted: as text for people, as JSON for programs."""

import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.client import Sample
from tests.bench.processor import Used

# From how many processors on, used by others, times are worth less.
DISTURBED = 0.2
# How goals begin that are about time.
TIMES = ("p50", "p95", "per second")


@dataclass(frozen=True)
class Timing:
    """Times in milliseconds; the rate is what all clients together got done in a second."""

    number: int
    clients: int
    p50_ms: float
    p95_ms: float
    per_second: float
    # Milliseconds of processor time for each request, and how many processors others used meanwhile.
    web_ms: float | None = None
    workers_ms: float = 0.0
    database_ms: float = 0.0
    others: float = 0.0


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


def timing_of(samples: Sequence[Sample], *, clients: int, used: Used | None = None) -> Timing:
    """Sum up samples of requests that were all answered, and what they used."""
    took = sorted(sample.seconds * 1000 for sample in samples)
    duration = max(sample.began + sample.seconds for sample in samples) - min(sample.began for sample in samples)
    timing = Timing(
        number=len(took),
        clients=clients,
        p50_ms=_rounded(percentile(took, 50)),
        p95_ms=_rounded(percentile(took, 95)),
        per_second=round(len(took) / duration, 1),
    )
    if used is None:
        return timing
    web, workers, database = (_rounded(part * 1000 / len(took)) for part in (used.web, used.workers, used.database))
    return replace(timing, web_ms=web, workers_ms=workers, database_ms=database, others=_rounded(used.others))


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
            yield f"         reason: {_reason(row, goal)}"


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


def _reason(row: Row, goal: Goal) -> str:
    """Say what the time went to, as far as it was measured."""
    timings = [timing for timing in row.timings if timing.web_ms is not None]
    if not timings or not goal.what.startswith(TIMES):
        return "; ".join(row.notes) or "not split into parts: see its times an insert and an empty page"
    timing = timings[-1] if goal.at_least else timings[0]
    busy = f"others used {timing.others:.1f} of {os.cpu_count()} processors; " if timing.others >= DISTURBED else ""
    return f"{busy}each took {_cpu(timing).strip()}"


def _cpu(timing: Timing) -> str:
    if timing.web_ms is None:
        return ""
    return f"   CPU web {timing.web_ms:.1f} + workers {timing.workers_ms:.1f} + database {timing.database_ms:.1f} ms"


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
