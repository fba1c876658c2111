"""The process beside us: what it knows, how it ends, and that one mail never costs another."""

import gc
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread

import pytest

from config.env import ROOT
from integrations.mail.parsing.parsed import UnprocessableError
from integrations.mail.reader import child_process, reader
from integrations.mail.reader.child_process import ChildStartError
from integrations.mail.reader.reader import Reader
from integrations.mail.reading.read import read
from tests.integrations.mail.parsing.messages import HEAD, mail, multipart, part, plain

MODULE = "integrations.mail.reader.child"
SMALL = mail("Goedemorgen")
WITH_FILE = HEAD + multipart(
    "mixed", [plain("Café"), part(b"\x00\xff" * 200_000, content_type="image/png; name=a.png")]
)


@pytest.fixture
def beside():
    with Reader() as started:
        yield started


@pytest.fixture
def instead(monkeypatch):
    """Run another program where the child would run."""

    def run(program):
        monkeypatch.setattr(child_process, "_COMMAND", (sys.executable, "-c", program))

    return run


def pid_of(beside):
    return beside._child.pid


def is_running(pid):
    """Say whether this process runs; one that ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def open_files(pid):
    # What an earlier test left goes now, and not between two looks.
    gc.collect()
    return sorted(path.name for path in Path(f"/proc/{pid}/fd").iterdir())


def wait_until_gone(pid):
    deadline = time.monotonic() + 60
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_running(pid)


@pytest.mark.parametrize("raw", [SMALL, WITH_FILE, b""])
def test_what_the_process_says_is_what_the_mail_says(beside, raw):
    assert beside.read(raw) == read(raw)


def test_a_refusal_comes_through_with_its_code(beside):
    with pytest.raises(UnprocessableError, match="more than 1000 header fields") as refused:
        beside.read(b"X: 1\r\n" * 2000)

    assert refused.value.code == "headers"


def test_a_mail_that_is_too_large_does_not_reach_the_process(beside):
    with pytest.raises(UnprocessableError) as refused:
        beside.read(bytes(50 * 1024 * 1024 + 1))

    assert (refused.value.code, beside._child) == ("size", None)


def test_it_knows_nothing_of_our_environment_and_has_no_file_of_ours(beside, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "geheim")
    beside.read(SMALL)
    process = Path(f"/proc/{pid_of(beside)}")

    assert (process / "environ").read_bytes() == b"LC_ALL=C.UTF-8\0"
    assert open_files(process.name) == ["0", "1", "2"]


def test_it_loads_no_django():
    program = f"import sys, {MODULE}; print(*{{name.partition('.')[0] for name in sys.modules}} & {{'django', 'json'}})"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env={}, capture_output=True, text=True, check=True)

    assert ran.stdout == "json\n"


def test_it_ends_when_nobody_can_ask_anything_more(beside):
    beside.read(SMALL)
    pid = pid_of(beside)
    beside.close()

    assert not is_running(pid)


def test_it_ends_with_the_thread_that_asked():
    pids = []

    def ask():
        beside = Reader()
        beside.read(SMALL)
        pids.append(pid_of(beside))

    before = open_files("self")
    thread = Thread(target=ask)
    thread.start()
    thread.join()

    assert [is_running(pid) for pid in pids] == [False]
    assert open_files("self") == before


def test_it_is_replaced_after_so_many_mails(beside, monkeypatch):
    monkeypatch.setattr(reader, "MAILS_PER_CHILD", 3)
    pids = []
    for _ in range(7):
        beside.read(SMALL)
        pids.append(pid_of(beside))

    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [3, 3, 1]
    assert [is_running(pid) for pid in dict.fromkeys(pids)] == [False, False, True]


def test_one_killed_between_two_mails_costs_neither(beside):
    beside.read(SMALL)
    killed = pid_of(beside)
    os.kill(killed, signal.SIGKILL)

    assert beside.read(SMALL).text == "Goedemorgen"
    assert pid_of(beside) != killed


def test_one_killed_while_it_reads_a_mail_does_not_cost_that_mail(beside):
    beside.read(SMALL)
    os.kill(pid_of(beside), signal.SIGSTOP)
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(beside.read, SMALL)
        time.sleep(0.2)
        os.kill(pid_of(beside), signal.SIGKILL)

        assert waiting.result().text == "Goedemorgen"


@pytest.mark.parametrize("raw", [SMALL, WITH_FILE])
def test_one_that_is_held_up_is_replaced_and_the_mail_is_read_all_the_same(beside, monkeypatch, raw):
    beside.read(SMALL)
    stuck = pid_of(beside)
    os.kill(stuck, signal.SIGSTOP)
    # Little for the one that is stuck, and enough for the next, however busy the machine is.
    kill = Reader._kill_child
    monkeypatch.setattr(
        Reader, "_kill_child", lambda *one: (monkeypatch.setattr(reader, "SECONDS", 60.0), kill(*one))[1]
    )
    monkeypatch.setattr(reader, "SECONDS", 1.0)
    started = time.monotonic()

    assert beside.read(raw) == read(raw)
    assert time.monotonic() - started >= 1.0
    assert not is_running(stuck)


@pytest.mark.parametrize("raw", [SMALL, WITH_FILE])
def test_one_that_takes_too_long_is_asked_twice_and_the_next_mail_is_read(beside, instead, monkeypatch, tmp_path, raw):
    log = tmp_path / "starts"
    with monkeypatch.context() as patch:
        patch.setattr(reader, "SECONDS", 0.3)
        instead(f"import os, time; open({str(log)!r}, 'a').write('.'); os.write(1, b'ready\\n'); time.sleep(60)")
        started = time.monotonic()
        with pytest.raises(UnprocessableError) as refused:
            beside.read(raw)

    assert (refused.value.code, str(refused.value)) == ("time", "more than 0.3 seconds")
    assert 0.6 <= time.monotonic() - started < 8
    assert log.read_text() == ".."
    monkeypatch.undo()
    assert beside.read(raw) == read(raw)


def test_who_is_interrupted_halfway_does_not_leave_the_answer_to_the_next_mail(beside):
    def interrupt(*_):
        raise KeyboardInterrupt

    beside.read(SMALL)
    stopped = pid_of(beside)
    os.kill(stopped, signal.SIGSTOP)
    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 1.0)
    with pytest.raises(KeyboardInterrupt):
        beside.read(mail("Van Piet"))
    signal.signal(signal.SIGALRM, before)

    assert not is_running(stopped)
    assert beside.read(SMALL).text == "Goedemorgen"


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "os.write(1, b'x' * 7)",
        "os.write(1, bytes(8))",
        "os.write(1, b'\\xff' * 8)",
        "os.write(1, (2).to_bytes(8) + b'{}')",
        "os.kill(os.getpid(), 9)",
    ],
)
def test_one_that_dies_or_babbles_at_a_mail_is_asked_twice(beside, instead, tmp_path, answer):
    log = tmp_path / "starts"
    instead(f"import os; open({str(log)!r}, 'a').write('.'); os.write(1, b'ready\\n'); os.read(0, 8); {answer}")
    with pytest.raises(UnprocessableError) as refused:
        beside.read(SMALL)

    assert refused.value.code == "crashed"
    assert log.read_text() == ".."


@pytest.mark.parametrize("program", ["", "import os; os.write(1, b'no')", "import nowhere"])
def test_one_that_does_not_start_is_no_fault_of_the_mail(beside, instead, program):
    instead(program)

    with pytest.raises(ChildStartError):
        beside.read(SMALL)


def test_a_program_that_is_not_there_is_no_fault_of_the_mail(beside, monkeypatch):
    monkeypatch.setattr(child_process, "_COMMAND", ("/nowhere/python",))
    before = open_files("self")
    with pytest.raises(ChildStartError):
        beside.read(SMALL)

    assert open_files("self") == before


def test_one_that_runs_out_of_memory_says_so_and_is_replaced(beside, instead):
    instead(f"from {MODULE.rpartition('.')[0]} import child; child.MEMORY_BYTES = 60_000_000; child.main()")
    large = mail(b"x" * 30_000_000, content_type="application/zip; name=a.zip")
    with pytest.raises(UnprocessableError) as refused:
        beside.read(large)

    assert (refused.value.code, str(refused.value)) == ("memory", "more than 60000000 bytes of memory")
    assert beside.read(SMALL).text == "Goedemorgen"


def test_threads_that_share_it_each_get_their_own_answer(beside):
    with ThreadPoolExecutor(max_workers=8) as threads:
        texts = [parsed.text for parsed in threads.map(beside.read, [mail(f"Mail {number}") for number in range(200)])]

    assert texts == [f"Mail {number}" for number in range(200)]


FORKED = f"""
import os, sys
from integrations.mail.reader.reader import Reader
raw = {SMALL!r}
with Reader() as reader:
    reader.read(raw)
    before, descriptors = reader._child.pid, len(os.listdir("/proc/self/fd"))
    fork = os.fork()
    if not fork:
        fewer = len(os.listdir("/proc/self/fd"))
        reader.read(raw)
        os._exit(0 if reader._child.pid != before and fewer == descriptors - 2 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1]) == 0
    reader.read(raw)
    assert reader._child.pid == before
"""


def test_a_forked_worker_starts_one_of_its_own():
    ran = subprocess.run([sys.executable, "-c", FORKED], cwd=ROOT, env={}, capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")


WAITING = f"""
import time
from integrations.mail.reader.reader import Reader
reader = Reader()
reader.read({SMALL!r})
print(reader._child.pid, flush=True)
time.sleep(60)
"""


def test_a_killed_parent_leaves_nothing_behind():
    with subprocess.Popen([sys.executable, "-c", WAITING], cwd=ROOT, env={}, stdout=subprocess.PIPE) as parent:
        pid = int(parent.stdout.readline())
        assert is_running(pid)
        parent.kill()

    assert wait_until_gone(pid)


def test_one_whose_parent_was_killed_during_a_mail_ends_by_itself():
    program = (
        f"import time, {MODULE} as child; child._ORPHANED_AFTER_S = 0.2; child.answer_to = lambda raw: time.sleep(60);"
        "child.main()"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env={}, **pipes) as orphan:
        orphan.stdin.write(len(SMALL).to_bytes(8) + SMALL)
        orphan.stdin.flush()

        assert orphan.wait(timeout=60) == -signal.SIGALRM
