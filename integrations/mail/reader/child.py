"""The process that takes strangers' mail apart, so that a bomb costs this process and nothing else.

It reads a length and a mail, writes an `Answer`, and ends when its input does. No Django here.
"""

import resource
import signal
import sys
from typing import BinaryIO

from integrations.mail.reader.answer import answer_to, failed
from integrations.mail.reader.wire import LENGTH_BYTES, pack

MEMORY_BYTES = 300_000_000
READY = b"ready\n"
# The parent gives a mail five seconds; this ends a process whose parent was killed meanwhile.
_ORPHANED_AFTER_S = 8.0


def main() -> None:
    """Answer mails until the input ends, or the memory does."""
    _bound_resources()
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    _send(answers, [READY])
    while (raw := _next_mail(requests)) is not None:
        signal.setitimer(signal.ITIMER_REAL, _ORPHANED_AFTER_S)
        try:
            answer = pack(answer_to(raw))
        except MemoryError:
            _send(answers, pack(failed("memory", f"more than {MEMORY_BYTES} bytes of memory")))
            return
        del raw
        _send(answers, answer)
        del answer
        signal.setitimer(signal.ITIMER_REAL, 0)


def _bound_resources() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _next_mail(requests: BinaryIO) -> bytes | None:
    length = requests.read(LENGTH_BYTES)
    return requests.read(int.from_bytes(length)) if len(length) == LENGTH_BYTES else None


def _send(answers: BinaryIO, chunks: list[bytes]) -> None:
    answers.writelines(chunks)
    answers.flush()


if __name__ == "__main__":
    main()
