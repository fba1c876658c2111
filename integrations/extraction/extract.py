"""Asking the process that opens files for the words in one."""

import subprocess
import sys
from pathlib import Path

from integrations.extraction.child import SECONDS
from integrations.extraction.formats import READABLE, UnreadableError

LARGEST = 25 * 1024 * 1024
_COMMAND = (sys.executable, "-s", "-B", "-m", "integrations.extraction.child")
_ROOT = Path(__file__).resolve().parents[2]


def is_readable(filename: str, size: int) -> bool:
    """Say whether it is worth asking: a kind that has words, of a size that people send."""
    return filename.rpartition(".")[2].lower() in READABLE and 0 < size <= LARGEST


def words_in(content: bytes, filename: str) -> str:
    """Return the words in a file; raises UnreadableError when there is no getting at them in time and memory."""
    name = filename.replace("\n", " ").encode(errors="replace")
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            _COMMAND,
            input=name + b"\n" + content,
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
