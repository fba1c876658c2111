"""How long somebody waits where nothing else runs: other programs stretch the clock of a busy machine."""

import time
from collections.abc import Callable
from pathlib import Path

# Of the thread that reads it: how long it ran, and how long it could have, in nanoseconds.
SCHEDULED = Path("/proc/thread-self/schedstat")


def seconds_of(act: Callable[[], object]) -> float:
    """Return how long it takes, less the time in which this thread could go on and others had the processors."""
    started, held_up = time.monotonic(), held_up_s()
    act()
    return time.monotonic() - started - (held_up_s() - held_up)


def held_up_s() -> float:
    """Return how long this thread could go on since it began, and others had the processors."""
    return int(SCHEDULED.read_text().split()[1]) / 1e9 if SCHEDULED.exists() else 0.0
