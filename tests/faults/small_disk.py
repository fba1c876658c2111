"""A disk that is soon full: a real one where we may mount, else a server that is told so for the same folder.

`python -m tests.faults.small_disk manage.py serve` runs a program in which flushing a file fails with ENOSPC as soon
as the folder SMALL_DISK holds more than fits.
"""

import errno
import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

KIB = 1024
SIZE = 1024 * KIB


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a small disk at the folder while the context lasts; say whether that was possible."""
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE // KIB}k", "tmpfs", str(folder)]
    is_mounted = os.geteuid() == 0 and subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode == 0
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def failing_when_full(fsync: Callable[[int], None], folder: Path) -> Callable[[int], None]:
    def checked(handle: int) -> None:
        place = Path(f"/proc/self/fd/{handle}").readlink()
        if place.is_relative_to(folder) and sum(path.stat().st_size for path in folder.rglob("*")) > SIZE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(handle)

    return checked


if __name__ == "__main__":
    os.fsync = failing_when_full(os.fsync, Path(os.environ["SMALL_DISK"]))  # type: ignore[assignment]
    sys.path.insert(0, str(Path.cwd()))
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")
