"""The parent's side: one process that takes mails apart one by one, replaced when it overruns, dies or babbles."""

import atexit
import os
import time
from contextlib import suppress
from threading import Lock
from types import TracebackType
from typing import Self
from weakref import WeakSet

from integrations.mail.parsing.parse import LARGEST
from integrations.mail.parsing.parsed import UnprocessableError
from integrations.mail.reader.answer import Answer
from integrations.mail.reader.child_process import ChildProcess
from integrations.mail.reader.pipes import EndedError
from integrations.mail.reader.wire import WireError
from integrations.mail.reading.read import ReadMail

# Five with the end of the process, also on a busy machine.
SECONDS = 4.5
MAILS_PER_CHILD = 500


class Reader:
    """Reads mails in a process of its own, started at the first; threads that share it wait for each other."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._child: ChildProcess | None = None
        _readers.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __del__(self) -> None:
        # A thread that ends takes its reader with it; the process would wait for ever.
        self._end_child()

    def read(self, raw: bytes) -> ReadMail:
        """Return what the mail says; raises `UnprocessableError` when that costs too much.

        A bomb costs at most twice the bound in time: what ran out of it once may be a mail on a busy machine.
        `ChildStartError` says nothing about the mail: the system has no room for a process now.
        """
        if len(raw) > LARGEST:
            raise UnprocessableError("size", f"{len(raw)} bytes, more than {LARGEST}")
        with self._lock:
            answer = self._answer(raw)
        if answer.mail:
            return answer.mail
        raise UnprocessableError(*_reason(answer))

    def close(self) -> None:
        with self._lock:
            self._end_child()

    def forget_child(self) -> None:
        """Leave the process to the one this one was forked from."""
        self._lock = Lock()
        child, self._child = self._child, None
        if child:
            child.let_go()

    def _answer(self, raw: bytes) -> Answer:
        """Ask; once more when the process was gone or late, which another mail or the system may have caused."""
        with suppress(UnprocessableError):
            return self._ask(raw)
        return self._ask(raw)

    def _ask(self, raw: bytes) -> Answer:
        child = self._living_child()
        try:
            return child.ask(raw, deadline=time.monotonic() + SECONDS)
        except TimeoutError as error:
            self._kill_child(child)
            raise UnprocessableError("time", f"more than {SECONDS:g} seconds") from error
        except (EndedError, WireError) as error:
            reason = f"the process ended with {self._kill_child(child)}: {error}"
            raise UnprocessableError("crashed", reason) from error
        except BaseException:
            # Whatever interrupts us halfway: the next mail must not get this one's answer.
            self._kill_child(child)
            raise

    def _living_child(self) -> ChildProcess:
        if self._child and self._child.answered >= MAILS_PER_CHILD:
            self._end_child()
        self._child = self._child or ChildProcess()
        return self._child

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child:
            child.end()

    def _kill_child(self, child: ChildProcess) -> int:
        self._child = None
        return child.kill()


def _reason(answer: Answer) -> tuple[str, str]:
    return (answer.failure.code, answer.failure.text) if answer.failure else ("crashed", "an answer without a mail")


_readers: WeakSet[Reader] = WeakSet()


def _forget_children() -> None:
    for reader in list(_readers):
        reader.forget_child()


def _end_children() -> None:
    for reader in list(_readers):
        reader.close()


os.register_at_fork(after_in_child=_forget_children)
atexit.register(_end_children)
