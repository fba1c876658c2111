"""PostgreSQL, Redis and the worker die under load (there are none of these on the embedded engines)."""

import os
import random
import signal
import time

import pytest
import redis as redis_client

from tests.engines.services import FailedError, PostgreSQL, Redis, wait_until
from tests.faults.clients import ApiClient, Clients
from tests.faults.installation import Installation
from tests.faults.ledger import SPOTLESS, judge

pytestmark = pytest.mark.engines

KILLS = int(os.environ.get("FAULT_KILLS", "3"))
SENDERS = 4
AFTER_KILL_S = 1.0
AWAY_S = 2.0


@pytest.fixture
def installation(make_installation, sink) -> Installation:
    installation = make_installation(sink=sink)
    installation.start()
    return installation


def test_killed_workers_lose_and_double_no_mail(installation, ledger):
    with Clients(installation, ledger):
        for _ in range(KILLS):
            time.sleep(random.uniform(2.5, 4.5))  # noqa: S311 - any moment will do, once they have started
            installation.kill_workers()
            installation.start_workers()
    findings = installation.finish()
    assert judge(ledger, findings, installation.confirmations()) == SPOTLESS
    assert installation.resent() <= KILLS * SENDERS
    assert ledger.refusals == []


def test_while_postgresql_is_dead_nothing_is_acknowledged_and_nothing_is_lost(installation, ledger, engines):
    with Clients(installation, ledger):
        time.sleep(AFTER_KILL_S)
        engines.postgresql.kill()
        time.sleep(AFTER_KILL_S)
        acknowledged, refused = len(ledger.acknowledged), len(ledger.refusals)
        time.sleep(AWAY_S)
        wait_until(lambda: len(ledger.refusals) > refused, "nobody is answered")
        assert len(ledger.acknowledged) == acknowledged
        assert set(ledger.refusals[refused:]) == {(503, "10")}
        revive(engines.postgresql)
        wait_until(lambda: len(ledger.acknowledged) > acknowledged, "nothing is acknowledged after the return")
    findings = installation.finish()
    assert judge(ledger, findings, installation.confirmations()) == SPOTLESS
    assert {status for status, _retry_after in ledger.refusals} == {503}


def test_doorbells_that_die_with_redis_are_found_by_the_sweep(installation, ledger, engines):
    for worker in installation.workers:
        worker.send_signal(signal.SIGSTOP)
    program = ApiClient(installation, ledger)
    for _ in range(5):
        program.open_and_reply()
    kill_redis(engines.redis)
    engines.redis.start()
    for worker in installation.workers:
        worker.send_signal(signal.SIGCONT)
    # By the sweep, once workers and schedule have found their broker again.
    wait_until(lambda: len(installation.sink.mails()) >= len(ledger.acknowledged), "the sweep does not find them")
    assert len(ledger.acknowledged) == 10
    assert len(installation.sink.mails()) == 10
    assert judge(ledger, installation.finish(), installation.confirmations()) == SPOTLESS


def test_mail_goes_out_while_redis_is_away_and_a_worker_told_to_stop_ends_well(installation, ledger, engines):
    installation.stop_workers()
    program = ApiClient(installation, ledger)
    for _ in range(5):
        program.open_and_reply()
    kill_redis(engines.redis)
    installation.start_workers()
    wait_until(lambda: len(installation.sink.mails()) == len(ledger.acknowledged), "the mail does not go out")
    for worker in installation.workers:
        worker.send_signal(signal.SIGTERM)
    assert [worker.wait(90) for worker in installation.workers] == [0]
    engines.redis.start()
    assert judge(ledger, installation.finish(), installation.confirmations()) == SPOTLESS


def test_without_redis_questions_are_taken_or_refused_for_now(installation, ledger, engines):
    with Clients(installation, ledger):
        time.sleep(AFTER_KILL_S)
        kill_redis(engines.redis)
        time.sleep(AWAY_S)
        engines.redis.start()
        time.sleep(AFTER_KILL_S)
    findings = installation.finish()
    assert judge(ledger, findings, installation.confirmations()) == SPOTLESS
    assert {status for status, _retry_after in ledger.refusals} <= {503}


def test_mail_is_taken_or_offered_again_while_servers_and_workers_die(installation, ledger, engines):
    with Clients(installation, ledger, at_form=0, at_api=0, at_mail=3):
        live(ledger)
        engines.postgresql.kill()
        time.sleep(AFTER_KILL_S)
        revive(engines.postgresql)
        live(ledger)
        installation.kill_workers()
        kill_redis(engines.redis)
        live(ledger)
        installation.start_workers()
        engines.redis.start()
        live(ledger)
    findings = installation.finish()
    assert judge(ledger, findings, installation.confirmations()) == SPOTLESS
    # One kill of the worker, and one by which it ends.
    assert installation.resent() <= 2 * SENDERS
    assert {code for code, _retry_after in ledger.refusals} <= {75}
    assert len(findings["mails"]) == len([one for one in ledger.acknowledged if one.door == "mail"])


def live(ledger) -> None:
    begun = len(ledger.acknowledged)
    wait_until(lambda: len(ledger.acknowledged) >= begun + 9, "no mail is taken any more")


def revive(server: PostgreSQL) -> None:
    """Start again as soon as the shared memory of the dead server is free."""
    deadline = time.monotonic() + 60
    while True:
        try:
            server.start()
        except FailedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def kill_redis(server: Redis) -> None:
    with redis_client.Redis.from_url(server.url) as client:
        pid = client.info("server")["process_id"]
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not server.is_running(), "Redis does not die")
