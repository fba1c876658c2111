"""One running child: how it is started, asked and ended."""

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from integrations.mail.parsing.parse import LARGEST
from integrations.mail.reader.answer import Answer
from integrations.mail.reader.child import READY
from integrations.mail.reader.pipes import EndedError, read_exactly, write_all
from integrations.mail.reader.wire import LENGTH_BYTES, unpack

_COMMAND = (sys.executable, "-s", "-B", "-m", "integrations.mail.reader.child")
_ROOT = Path(__file__).resolve().parents[3]
# Texts and files together are never more than the mail, but for what JSON adds.
_LARGEST_ANSWER = 2 * LARGEST
_START_S = 30.0
_END_S = 1.0


class ChildStartError(Exception):
    """The process did not start. Nothing is wrong with the mail; later it may work."""


class ChildProcess:
    """Knows nothing of our environment, which holds secrets, and has no file of ours but its two pipes."""

    def __init__(self) -> None:
        child_reads, self._requests = os.pipe()
        self._answers, child_writes = os.pipe()
        self.answered = 0
        try:
            self._process = _start(child_reads, child_writes)
        except OSError as error:
            self._close_pipes()
            raise ChildStartError(str(error)) from error
        finally:
            os.close(child_reads)
            os.close(child_writes)
        self._wait_until_ready()

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, raw: bytes, *, deadline: float) -> Answer:
        """Return its answer; raises `TimeoutError`, `EndedError` or `WireError`, and then it must be killed."""
        write_all(self._requests, len(raw).to_bytes(LENGTH_BYTES), deadline=deadline)
        write_all(self._requests, raw, deadline=deadline)
        answer = unpack(Answer, partial(read_exactly, self._answers, deadline=deadline), most=_LARGEST_ANSWER)
        self.answered += 1
        return answer

    def end(self) -> None:
        """Let it end by itself: it does when nothing more can be asked."""
        self._close_pipes()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def kill(self) -> int:
        """End it now and return how it ended."""
        self._process.kill()
        self._close_pipes()
        return self._process.wait()

    def let_go(self) -> None:
        """Close the copies of its pipes that a fork made here; it is not ours to wait for."""
        self._close_pipes()
        self._process.returncode = 0

    def _wait_until_ready(self) -> None:
        for descriptor in (self._requests, self._answers):
            os.set_blocking(descriptor, False)
        try:
            read_exactly(self._answers, len(READY), deadline=time.monotonic() + _START_S)
        except (EndedError, TimeoutError) as error:
            raise ChildStartError(f"it ended with {self.kill()} before its first mail") from error

    def _close_pipes(self) -> None:
        os.close(self._requests)
        os.close(self._answers)


def _start(requests: int, answers: int) -> subprocess.Popen[bytes]:
    # Not in our process group: Ctrl-C and the signals of a service manager are for us, and we end it.
    return subprocess.Popen(  # noqa: S603 - our own module
        _COMMAND,
        stdin=requests,
        stdout=answers,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env={"LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )
