"""kill -9 under load: what was acknowledged is there, once, whole, and confirmed by one mail."""

import os
import random
import time

import pytest

from tests.faults.clients import Clients
from tests.faults.ledger import SPOTLESS, judge

pytestmark = pytest.mark.engines

KILLS = int(os.environ.get("FAULT_KILLS", "3"))
LONGEST_LIFE_S = 2.0
# So many mails can be on their way at once when the power goes.
SENDERS = 4


def live_and_die(installation, *, kills: int) -> None:
    for _ in range(kills):
        time.sleep(random.uniform(0.5, LONGEST_LIFE_S))  # noqa: S311 - any moment will do
        installation.kill()
        installation.start()
    time.sleep(LONGEST_LIFE_S)


def test_a_killed_product_loses_and_doubles_nothing(installation, ledger):
    with Clients(installation, ledger):
        live_and_die(installation, kills=KILLS)
    findings = installation.finish()
    assert judge(ledger, findings, installation.confirmations()) == SPOTLESS
    assert len(ledger.acknowledged) > 10 * KILLS


def test_a_mail_on_its_way_at_the_kill_comes_again_as_the_same_mail_or_not_at_all(make_installation, sink, ledger):
    installation = make_installation(sink=sink)
    installation.start()
    with Clients(installation, ledger):
        live_and_die(installation, kills=KILLS)
    findings = installation.finish()
    assert judge(ledger, findings, installation.confirmations()) == SPOTLESS
    assert installation.resent() <= KILLS * SENDERS
