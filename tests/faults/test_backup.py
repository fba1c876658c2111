"""Backup and restore while people work, and a restore that is killed."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from tests.bench.server import ROOT
from tests.engines.services import free_port, wait_until
from tests.faults.clients import WITH_FILE, ApiClient, Clients, send
from tests.faults.installation import Installation
from tests.faults.ledger import judge

pytestmark = pytest.mark.engines

WORK = 8


@pytest.fixture
def elsewhere(tmp_path, engines) -> Installation:
    """Return an installation with nothing in it, not even tables."""
    name = f"site_{os.urandom(4).hex()}"
    engines.create_database(name)
    (tmp_path / "elsewhere").mkdir()
    return Installation(tmp_path / "elsewhere", free_port(), engines.variables(name), engines=engines)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "backup.tar"


def run(installation: Installation, *arguments: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *before, "manage.py", *arguments]
    return subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env=installation.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def told(installation: Installation, *arguments: str) -> dict[str, Any]:
    """Run a command; return which rows and files it says there were."""
    done = run(installation, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    return {"tables": report["tables"], "files": report["files"]}


def let_work(ledger, number: int = WORK) -> None:
    begun = len(ledger.acknowledged)
    wait_until(lambda: len(ledger.acknowledged) >= begun + number, "nothing is acknowledged any more")


def let_send_a_file(ledger) -> None:
    wait_until(lambda: any(one.door == WITH_FILE for one in ledger.acknowledged), "no file is acknowledged")


def markers(operations) -> set[str]:
    return {operation.marker for operation in operations}


def test_a_backup_taken_under_load_is_of_one_moment(installation, elsewhere, ledger, path):
    with Clients(installation, ledger, with_files=1):
        let_work(ledger)
        let_send_a_file(ledger)
        promised = markers(ledger.acknowledged)
        taken = told(installation, "backup", str(path))
        during = markers(ledger.acknowledged) - promised
        let_work(ledger)
    assert ledger.refusals == []
    assert len(during) > 0
    assert taken["files"]["files"] > 0

    assert told(elsewhere, "restore", str(path)) == taken
    # Also of what was not yet done: the backup of the restored is the same.
    assert told(elsewhere, "backup", str(path)) == taken
    findings = elsewhere.finish()

    assert promised - set(findings["markers"]) == set()
    assert set(findings["markers"]) - markers(ledger.begun) == set()
    verdict = judge(ledger, findings, {})
    assert (verdict.halves, verdict.doubled, verdict.undone) == ({}, [], {})
    assert findings["attachments"] == taken["tables"]["tickets.Attachment"]["rows"] > 0


def test_a_restore_under_load_shows_what_was_there_before_or_the_backup(installation, ledger, path):
    with Clients(installation, ledger, with_files=1):
        let_work(ledger)
    kept, promised = open_ticket(installation, ledger), markers(ledger.acknowledged)
    told(installation, "backup", str(path))
    gone = open_ticket(installation, ledger)
    with Clients(installation, ledger, at_form=3, at_api=3, with_files=1), reader(installation, kept, gone) as seen:
        let_work(ledger)
        told(installation, "restore", str(path))
        let_work(ledger)
    assert [status for status, _times in groupby(seen[kept])] == [200]
    assert [status for status, _times in groupby(seen[gone])] == [200, 404]

    findings = installation.finish()
    verdict = judge(ledger, findings, {})
    assert promised - set(findings["markers"]) == set()
    assert (verdict.halves, verdict.doubled) == ({}, [])


def open_ticket(installation: Installation, ledger) -> str:
    program = ApiClient(installation, ledger)
    operation = ledger.begin("ticket", "api")
    asked = {"subject": operation.marker, "body": operation.marker}
    opened = program.post(
        "/api/v1/tickets", asked | {"requester": {"email": operation.address, "name": "An"}}, operation
    )
    assert opened is not None
    return str(opened["reference"])


@contextmanager
def reader(installation: Installation, *references: str) -> Iterator[dict[str, list[int]]]:
    """Look at tickets all the time; give which answers came, in order."""
    seen: dict[str, list[int]] = {reference: [] for reference in references}
    headers = {"Authorization": f"Bearer {installation.personas['agent']['api_token']}"}
    stopping = threading.Event()

    def read() -> None:
        while not stopping.is_set():
            for reference, statuses in seen.items():
                answer = send(installation, "GET", f"/api/v1/tickets/{reference}", headers)
                statuses.append(answer.status if answer else 0)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield seen
    finally:
        stopping.set()
        thread.join()


@pytest.mark.parametrize("step", ["_put_files", "continue_numbering", "_require_equal"])
def test_a_restore_that_is_killed_leaves_the_old_data_whole(installation, ledger, path, tmp_path, step):
    open_ticket(installation, ledger)
    told(installation, "backup", str(path))
    open_ticket(installation, ledger)
    installation.stop()
    before = told(installation, "backup", str(tmp_path / "before.tar"))

    killed = run(
        installation, "restore", str(path), before=("-m", "tests.faults.killed_at", f"config.backups.restoring.{step}")
    )

    assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, "")
    assert told(installation, "backup", str(tmp_path / "after.tar")) == before
    installation.start()
    open_ticket(installation, ledger)
    assert judge(ledger, installation.finish(), {}).lost == []
