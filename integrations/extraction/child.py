"""The process that opens strangers' files, so that a bomb costs this process and nothing else.

It reads a file of the kind that its argument names, and writes the words. No Django here.
"""

import resource
import signal
import sys

from integrations.extraction.formats import UnreadableError, text_of

MEMORY_BYTES = 300_000_000
SECONDS = 5
UNREADABLE = 3


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # Also when whoever started this is gone.
    signal.alarm(SECONDS + 1)
    try:
        text = text_of(sys.stdin.buffer.read(), sys.argv[1])
    except UnreadableError as error:
        sys.stderr.write(str(error)[:1000])
        return UNREADABLE
    sys.stdout.buffer.write(text.encode(errors="replace"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
