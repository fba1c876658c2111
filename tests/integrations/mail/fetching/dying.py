"""`fetch_mail` that is killed at one mail: `dying.py before|after N`, before or after it is stored."""

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[4]))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - needs the settings

from integrations.mail import fetching  # noqa: E402 - idem

moment, fatal = sys.argv[1], int(sys.argv[2])
store = fetching.store_mail
stored = []


def die(**mail):
    if moment == "before" and len(stored) + 1 == fatal:
        os.kill(os.getpid(), signal.SIGKILL)
    stored.append(store(**mail))
    if len(stored) == fatal:
        os.kill(os.getpid(), signal.SIGKILL)
    return stored[-1]


fetching.store_mail = die
call_command("fetch_mail")
