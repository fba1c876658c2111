"""Mail under faults: what got an id is one message, whole; what got none can be offered again."""

import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from fcntl import ioctl
from pathlib import Path
from termios import FIONREAD

import pytest

from tests.engines.services import wait_until
from tests.faults.clients import letter, offer_mails
from tests.faults.installation import Installation
from tests.faults.ledger import SPOTLESS, Ledger, Operation, judge
from tests.faults.small_disk import KIB, small_disk

pytestmark = pytest.mark.engines

MAILS, TIMES, SERVERS = 50, 5, 8
FILE = 200 * KIB
BALLAST = 600 * KIB
READER = b"integrations.mail.reader.child"


def readers(installation: Installation) -> list[int]:
    """Return the processes that read mail for this installation."""
    return [
        pid
        for process in installation.processes
        for children in Path(f"/proc/{process.pid}/task").glob("*/children")
        for pid in map(int, children.read_text().split())
        if READER in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


@contextmanager
def readers_hold_still(installation: Installation) -> Iterator[list[int]]:
    """Stop who reads mail in the middle of it, and say who they are; at the end they are killed."""
    stopped = readers(installation)
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    yield stopped
    for pid in stopped:
        os.kill(pid, signal.SIGKILL)


def has_unread(pid: int) -> bool:
    """Say whether something waits in the pipe that this process reads from."""
    with open(f"/proc/{pid}/fd/0", "rb", buffering=0) as pipe:  # noqa: PTH123 - a pipe
        return int.from_bytes(ioctl(pipe, FIONREAD, bytes(4)), sys.byteorder) > 0


def new_mails(ledger: Ledger, number: int, *, file: int = 0) -> dict[str, tuple[Operation, bytes]]:
    operations = [ledger.begin("ticket", "mail") for _ in range(number)]
    return {
        operation.marker: (operation, letter(operation, sender=operation.address, file=os.urandom(file)))
        for operation in operations
    }


def offer(installation: Installation, ledger: Ledger, mails: dict[str, tuple[Operation, bytes]]) -> int:
    """Offer each once, note which are taken, and return the exit code."""
    offered = offer_mails(installation, {name: raw for name, (_operation, raw) in mails.items()})
    for name in offered.taken:
        ledger.acknowledge(mails[name][0])
    return offered.code


def test_a_mail_whose_reader_is_killed_in_the_middle_is_read_by_another(installation, ledger):
    assert offer(installation, ledger, new_mails(ledger, 3)) == 0
    wait_until(lambda: readers(installation) and len(installation.confirmations()) == 3, "mail is not read")
    with ThreadPoolExecutor() as threads, readers_hold_still(installation) as stopped:
        offered = threads.submit(offer, installation, ledger, new_mails(ledger, 5))
        # From then on they have some four seconds for it.
        wait_until(lambda: any(map(has_unread, stopped)), "nobody is given a mail")
        assert len(installation.confirmations()) == 3
    assert offered.result() == 0
    wait_until(lambda: len(installation.confirmations()) == 8, "the mail is not read by another")
    assert judge(ledger, installation.finish(), installation.confirmations()) == SPOTLESS


def test_each_mail_delivered_five_times_by_eight_servers_is_one_message(installation, ledger):
    mails = new_mails(ledger, MAILS)
    ids = ["", "Message-ID: \r\n", "Message-ID: <>\r\n", "Message-ID: <{n}@bestuur.example>\r\n"]
    raws = {name: f"{ids[n % 4].format(n=n)}".encode() + mails[name][1] for n, name in enumerate(mails)}
    # Other words under the same id are another mail.
    twins = [name for n, name in enumerate(mails) if n % 4 == 3][:4]
    for name in twins:
        raws[name] = b"Message-ID: <zelfde@bestuur.example>\r\n" + mails[name][1]
    deliveries = [(f"{name}.{time}", raw) for name, raw in raws.items() for time in range(TIMES)]
    random.Random(1).shuffle(deliveries)  # noqa: S311 - the same each time

    with ThreadPoolExecutor(SERVERS) as servers:
        offered = list(servers.map(lambda n: offer_mails(installation, dict(deliveries[n::SERVERS])), range(SERVERS)))

    assert [each.code for each in offered] == [0] * SERVERS
    taken = {name: sha256 for each in offered for name, sha256 in each.taken.items()}
    assert len(taken) == MAILS * TIMES
    assert len(set(taken.values())) == MAILS
    for operation, _raw in mails.values():
        ledger.acknowledge(operation)
    findings = installation.finish()
    assert judge(ledger, findings, installation.confirmations()) == SPOTLESS
    assert Counter(findings["markers"])[twins[0]] == 1
    shared = {sha256 for sha256, is_shared in findings["mails"].items() if is_shared}
    assert shared == {taken[f"{name}.0"] for name in twins}
    assert len(findings["mails"]) == MAILS


@pytest.fixture
def small_installation(make_installation):
    installation = make_installation()
    folder = installation.var / "files"
    with small_disk(folder) as is_mounted:
        if not is_mounted:
            installation.variables["SMALL_DISK"] = str(folder)
            installation.python = installation.worker_python = (sys.executable, "-m", "tests.faults.small_disk")
        installation.start()
        yield installation
        installation.kill()


def test_a_full_disk_takes_no_mail_for_now_and_loses_none(small_installation, ledger):
    installation = small_installation
    ballast = installation.var / "files" / "ballast"
    ballast.write_bytes(bytes(BALLAST))
    stored, refused = (new_mails(ledger, 1, file=FILE) for _ in range(2))
    assert offer(installation, ledger, stored) == 0
    # Its file finds no room beside its bytes any more.
    wait_until(lambda: "No space left" in logs(installation), "what was stored is not read")
    assert offer(installation, ledger, refused) == os.EX_TEMPFAIL
    assert len(ledger.acknowledged) == 1
    assert installation.confirmations() == {}
    assert drafts(installation) == []
    ballast.unlink()
    assert offer(installation, ledger, refused) == 0
    findings = installation.finish()
    assert judge(ledger, findings, installation.confirmations()) == SPOTLESS
    assert (findings["attachments"], findings["files nobody names"], len(findings["mails"])) == (2, 0, 2)
    assert drafts(installation) == []


def logs(installation: Installation) -> str:
    return "".join(path.read_text() for path in installation.var.glob("*.log"))


def drafts(installation: Installation) -> list[Path]:
    return list((installation.var / "files" / "incoming").iterdir())
