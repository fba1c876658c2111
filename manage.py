#!/usr/bin/env python
"""Django's command line."""

import os
import sys
import traceback

from django.core.management import execute_from_command_line


def take_mail() -> None:
    """Store a mail; whatever keeps us from it, broken settings too, the mail server must keep it and try again."""
    try:
        execute_from_command_line(sys.argv)
    except SystemExit as ended:
        sys.exit(os.EX_TEMPFAIL if ended.code else 0)
    except BaseException:  # noqa: BLE001 - told below, and to the mail server
        traceback.print_exc()
        sys.exit(os.EX_TEMPFAIL)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["ingest_mail"]:
        take_mail()
    else:
        execute_from_command_line(sys.argv)
