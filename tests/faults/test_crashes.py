"""kill -9 under load: what was acknowledged is there, once, whole, and confirmed by one mail."""

import os
import random
import time

import pytest

from tests.engines.services import wait_until
from tests.faults.clients import Clients, MailClient
from tests.faults.ledger import SPOTLESS, judge

pytestmark = pytest.mark.engines

KILLS = int(os.environ.get("FAULT_KILLS", "3"))
# How much is done between two kills at least, so that a slow machine tests as much as a quick one.
WORK = 6
LONGEST_LIFE_S = 1.0
# So many mails can be on their way at once when the power goes.
SENDERS = 4


def live_and_die(installation, ledger) -> None:
    for _ in range(KILLS):
        live(ledger)
        installation.kill()
        installation.start()
    live(ledger)


def live(ledger) -> None:
    """Let the clients get something done, and then some more."""
    begun = len(ledger.acknowledged)
    wait_until(lambda: len(ledger.acknowledged) >= begun + WORK, "nothing is acknowledged any more")
    time.sleep(random.uniform(0, LONGEST_LIFE_S))  # noqa: S311 - any moment will do


def answer_by_mail(installation, ledger) -> None:
    """Answer a confirmation of a question that was mailed; nobody has to be quick enough while all else goes on."""
    mailed = {operation.address for operation in ledger.acknowledged if operation.door == "mail"}
    wait_until(lambda: mailed & installation.confirmations().keys(), "no question that was mailed is confirmed")
    MailClient(installation, ledger).open_and_reply()
    assert ("reply", "mail") in {(operation.kind, operation.door) for operation in ledger.acknowledged}


def test_a_killed_product_loses_and_doubles_nothing(installation, ledger):
    with Clients(installation, ledger, at_mail=2):
        live_and_die(installation, ledger)
    answer_by_mail(installation, ledger)
    findings = installation.finish()
    assert judge(ledger, findings, installation.confirmations()) == SPOTLESS
    assert len(ledger.acknowledged) > WORK * KILLS


def test_a_mail_on_its_way_at_the_kill_comes_again_as_the_same_mail_or_not_at_all(make_installation, sink, ledger):
    installation = make_installation(sink=sink)
    installation.start()
    with Clients(installation, ledger, at_mail=1):
        live_and_die(installation, ledger)
    findings = installation.finish()
    assert judge(ledger, findings, installation.confirmations()) == SPOTLESS
    assert installation.resent() <= KILLS * SENDERS
