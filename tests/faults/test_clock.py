"""The clock jumps two hours, forward and back: nothing is done twice, and no time is negative."""

import sys
import time

import pytest

from tests.engines.services import wait_until
from tests.faults.clients import Clients
from tests.faults.ledger import SPOTLESS, judge

pytestmark = pytest.mark.engines

TWO_HOURS_S = 7200
BETWEEN_JUMPS_S = 1.0
WORK = 3


def live(ledger) -> None:
    """Let the clients get something done between two jumps, however slow the machine is, and at least so long."""
    begun = len(ledger.acknowledged)
    time.sleep(BETWEEN_JUMPS_S)
    wait_until(lambda: len(ledger.acknowledged) >= begun + WORK, "nothing is acknowledged any more")


def test_a_jumping_clock_doubles_nothing_and_makes_no_time_negative(make_installation, tmp_path, ledger, sink):
    clock = tmp_path / "clock"
    clock.write_text("0")
    installation = make_installation(sink=sink)
    installation.variables["CLOCK_FILE"] = str(clock)
    installation.worker_python = (sys.executable, "-m", "tests.faults.clock")
    if installation.engines.are_embedded:
        installation.python = installation.worker_python
    installation.start()
    with Clients(installation, ledger):
        for ahead in (TWO_HOURS_S, 0, -TWO_HOURS_S, 0):
            live(ledger)
            clock.write_text(str(ahead))
        live(ledger)
    installation.stop()
    findings = installation.finish()
    assert judge(ledger, findings, installation.confirmations()) == SPOTLESS
    assert installation.resent() == 0
    assert {name: number for name, number in findings["negatives"].items() if number} == {}
    assert len(ledger.acknowledged) > 10
