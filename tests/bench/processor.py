"""Who used the processors while something was measured: what tells a slow page from a busy machine."""

import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.server import Product

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
IDLE = slice(3, 5)


@dataclass(frozen=True)
class Used:
    """Seconds of processor time since some moment: of parts of the product, of the bench, of the whole machine."""

    web: float
    workers: float
    database: float
    bench: float
    machine: float
    at: float

    def since(self, before: "Used") -> "Used":
        mine, other = vars(self), vars(before)
        return Used(**{name: mine[name] - other[name] for name in mine})

    @property
    def others(self) -> float:
        """How many processors, on average, programs used that have nothing to do with this."""
        ours = self.web + self.workers + self.database + self.bench
        return max(0.0, self.machine - ours) / self.at


def used(product: Product, postmaster: int) -> Used:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return Used(
        web=_seconds_of(product.web.pid) if product.web else 0.0,
        workers=sum(_seconds_of(worker.pid) for worker in product.workers),
        database=_seconds_of(postmaster, with_ended=True) + sum(map(_seconds_of, _children_of(postmaster))),
        bench=own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime,
        machine=_seconds_of_all(),
        at=time.monotonic(),
    )


def _seconds_of(pid: int, *, with_ended: bool = False) -> float:
    """Return what a process has used, and with its children that ended; 0 when it ended itself."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11 : 15 if with_ended else 13])) * TICK_S


def _children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _seconds_of_all() -> float:
    times = [int(field) for field in Path("/proc/stat").read_text().partition("\n")[0].split()[1:9]]
    return (sum(times) - sum(times[IDLE])) * TICK_S
