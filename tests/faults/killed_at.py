"""Run a program that dies, as by kill -9, when it comes to a function of the product.

`python -m tests.faults.killed_at MODULE.FUNCTION manage.py ARGUMENTS…`
"""

import os
import runpy
import signal
import sys
from importlib import import_module
from pathlib import Path

import django


def die(*_arguments: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    module, _dot, function = sys.argv[1].rpartition(".")
    getattr(import_module(module), function)
    setattr(import_module(module), function, die)
    sys.argv = sys.argv[2:]
    runpy.run_path(sys.argv[0], run_name="__main__")
