#!/usr/bin/env python
"""Django's command line."""

import os
import sys
import traceback
from contextlib import suppress

from django.core.management import execute_from_command_line


def take_mail() -> int:
    """Store a mail; whatever keeps us from it, broken settings too, the mail server must keep it and try again."""
    try:
        try:
            execute_from_command_line(sys.argv)
        finally:
            sys.stdout.flush()
    except SystemExit as ended:
        if ended.code == os.EX_DATAERR:
            # Of a folder: what is mail is stored, and what is left will never be mail.
            return os.EX_DATAERR
        return os.EX_TEMPFAIL if ended.code else 0
    except BaseException:  # noqa: BLE001 - told below, and to the mail server
        with suppress(Exception):
            traceback.print_exc()
        return os.EX_TEMPFAIL
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["ingest_mail"]:
        # Not by sys.exit: what Python cannot write at its end makes another code of it, for which mail is returned.
        os._exit(take_mail())
    else:
        execute_from_command_line(sys.argv)
