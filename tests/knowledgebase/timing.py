"""How long something takes by itself, on a machine that does other things too."""

import time
from collections.abc import Callable

TRIES = 3


def seconds_of(act: Callable[[], object], *, within: float) -> float:
    """Return the processor time it takes; what takes too long is tried again, for something may stand in its way."""
    spent = within
    for _ in range(TRIES):
        started = time.process_time()
        act()
        spent = time.process_time() - started
        if spent < within:
            break
    return spent
