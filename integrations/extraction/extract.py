"""Asking the process that opens files for the words in one."""

import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

from integrations.extraction.child import SECONDS
from integrations.extraction.formats import READABLE, UnreadableError, kind_of

LARGEST = 25 * 1024 * 1024
_COMMAND = (sys.executable, "-s", "-B", "-m", "integrations.extraction.child")
_ROOT = Path(__file__).resolve().parents[2]


def is_readable(filename: str, size: int) -> bool:
    """Say whether it is worth asking: a kind that has words, of a size that people send."""
    return kind_of(filename) in READABLE and 0 < size <= LARGEST


def words_in(file: BinaryIO, filename: str) -> str:
    """Return the words in an open file; raises UnreadableError when they are not to be had in time and memory."""
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and a kind that it knows
            [*_COMMAND, kind_of(filename)],
            stdin=file,
            capture_output=True,
            timeout=SECONDS,
            cwd=_ROOT,
            env={"LC_ALL": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableError(f"more than {SECONDS} seconds") from error
    if done.returncode:
        raise UnreadableError(done.stderr.decode(errors="replace")[-500:] or f"it ended with {done.returncode}")
    return done.stdout.decode(errors="replace")
