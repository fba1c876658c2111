"""`manage.py fetch_mail` and what runs by itself, seen from outside: exit codes, kills, the doctor and `/readyz`."""

import hashlib
import json
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.contract.installation import ROOT, wait_for
from tests.engines.services import free_port
from tests.faults.small_disk import SIZE

DYING = Path(__file__).parent / "dying.py"
LETTERS = [f"From: an@aalter.example\r\nSubject: Vraag {n}\r\n\r\nTekst {n}\r\n".encode() for n in range(1, 6)]
EXPECTED = sorted(hashlib.sha256(letter).hexdigest() for letter in LETTERS)


def stored(installation):
    """Which mails the product has, and that their bytes are on the disk."""
    query = "SELECT sha256 FROM mailbox_inboundmail ORDER BY sha256"
    url = installation.variables.get("DATABASE_URL")
    database = installation.var / "aanspreekpunt.sqlite3"
    with closing(psycopg.connect(url) if url else sqlite3.connect(database)) as link:
        names = [name for (name,) in link.execute(query).fetchall()]
    for name in names:
        path = installation.var / "files" / name[:2] / name
        assert hashlib.sha256(path.read_bytes()).hexdigest() == name
    return names


def _wait_until_seen(postbox, number, process):
    wait_for(lambda: process.poll() is not None or len(postbox.seen()) >= number, "nothing is fetched")


@pytest.fixture
def installation(another_product, postbox):
    return another_product(IMAP_URL=postbox.url())


def test_a_round_says_what_it_did(installation, postbox):
    postbox.receive(*LETTERS)
    done = installation.manage("fetch_mail", "--json")

    assert (done.returncode, json.loads(done.stdout)) == (0, {"stored": 5, "left": 0})
    assert stored(installation) == EXPECTED


def test_a_server_that_cannot_be_reached_gives_75(another_product, postbox):
    done = another_product(IMAP_URL=postbox.url(port=free_port())).manage("fetch_mail", "--json")

    assert (done.returncode, done.stdout) == (75, "")
    assert "Connection refused" in done.stderr
    assert "geheim" not in done.stderr


def seconds_connected(silent):
    """Take one connection; return how long the other side keeps it."""
    link, _address = silent.accept()
    with link:
        began = time.monotonic()
        while link.recv(1000):
            pass
        return time.monotonic() - began


def test_a_server_that_accepts_and_says_nothing_gives_75_in_time(another_product, postbox):
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor() as threads:
        silent.settimeout(300)
        taking = threads.submit(seconds_connected, silent)
        done = another_product(IMAP_URL=postbox.url(port=silent.getsockname()[1])).manage("fetch_mail")
        took = taking.result()

    assert (done.returncode, "timed out" in done.stderr) == (75, True)
    assert 10 < took < 40


def test_a_disk_that_is_full_gives_75_and_the_mail_comes_later(installation, postbox):
    postbox.receive(*LETTERS)
    folder = installation.var / "files"
    folder.mkdir(exist_ok=True)
    ballast = folder / "ballast"
    ballast.write_bytes(bytes(SIZE + 1))
    command = [sys.executable, "-m", "tests.faults.small_disk", "manage.py", "fetch_mail", "--json"]
    environment = installation.environment(SMALL_DISK=str(folder))
    done = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout, "No space left on device" in done.stderr) == (75, "", True)
    assert (stored(installation), postbox.seen()) == ([], [])

    ballast.unlink()
    assert installation.manage("fetch_mail").returncode == 0
    assert stored(installation) == EXPECTED


def test_without_a_mailbox_there_is_nothing_to_do_and_that_is_an_error(another_product):
    done = another_product().manage("fetch_mail")

    assert (done.returncode, "IMAP_URL is not set" in done.stderr) == (1, True)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_process_killed_around_the_storing_of_a_mail_loses_and_doubles_nothing(installation, postbox, moment):
    postbox.receive(*LETTERS)
    died = subprocess.run(
        [sys.executable, str(DYING), moment, "3"], check=False, cwd=ROOT, env=installation.environment()
    )
    assert died.returncode == -signal.SIGKILL
    assert len(stored(installation)) == (3 if moment == "after" else 2)

    assert installation.manage("fetch_mail").returncode == 0
    assert stored(installation) == EXPECTED


def test_processes_killed_at_any_moment_lose_and_double_nothing(installation, postbox):
    letters = [letter.replace(b"Vraag", b"Vraag %d." % group) for letter in LETTERS for group in range(20)]
    postbox.receive(*letters)
    killed = 0
    for round_number in range(4):
        with subprocess.Popen(
            [sys.executable, "manage.py", "fetch_mail"], cwd=ROOT, env=installation.environment()
        ) as process:
            _wait_until_seen(postbox, 7 * round_number + 3, process)
            process.kill()
        killed += process.returncode == -signal.SIGKILL

    assert killed > 0
    assert installation.manage("fetch_mail").returncode == 0
    assert stored(installation) == sorted(hashlib.sha256(letter).hexdigest() for letter in letters)


def test_the_doctor_signs_in(installation, another_product, postbox):
    report = json.loads(installation.manage("doctor", "--json").stdout)
    answer = next(engine for engine in report["engines"] if engine["name"] == "mailbox")
    assert (answer["ok"], answer["engine"], answer["detail"]) == (True, "imap", "Vragen on 127.0.0.1")

    locked_out = another_product(IMAP_URL=postbox.url().replace("loket", "fout")).manage("doctor", "--json")
    assert locked_out.returncode == 1
    assert [engine["name"] for engine in json.loads(locked_out.stdout)["engines"] if not engine["ok"]] == ["mailbox"]
