"""Run a Python program on a clock that jumps: `python -m tests.faults.clock (PROGRAM | -m MODULE) ARGUMENTS…`.

How many seconds it is ahead stands in the file that CLOCK_FILE names. What Python calls the time jumps; the monotonic
clock and the database's do not.
"""

import os
import runpy
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

LOOK_S = 0.02


def follow(path: Path) -> None:
    traveller = time_machine.travel(datetime.now(UTC), tick=True).start()
    ahead = 0.0
    while True:
        wanted = float(path.read_text() or ahead)
        traveller.shift(timedelta(seconds=wanted - ahead))
        ahead = wanted
        time.sleep(LOOK_S)


if __name__ == "__main__":
    threading.Thread(target=follow, args=(Path(os.environ["CLOCK_FILE"]),), daemon=True).start()
    sys.path.insert(0, str(Path.cwd()))
    if sys.argv[1] == "-m":
        sys.argv = sys.argv[2:]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = sys.argv[1:]
        runpy.run_path(sys.argv[0], run_name="__main__")
