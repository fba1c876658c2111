"""`manage.py serve`: the web server, and everything else too when no REDIS_URL is set."""

import json
import logging
import os
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from config.celery import app
from config.demo.people import write_demo_json
from config.env import not_used_yet
from config.serving import (
    CannotStartError,
    collect_garbage_seldom,
    ignore_signals,
    leave_on_signal,
    listening_socket,
    only_one,
    pid_file,
    refuse_without_tables,
    serve_until_signal,
    share_heaps,
)
from helpdesk.kernel import events, outbox

if TYPE_CHECKING:
    from config.embedded import Engines

logger = logging.getLogger(__name__)

HELP = """Serves pages and sockets on HOST:PORT until SIGTERM or SIGINT, finishes what it began, exits 0.

Without REDIS_URL everything runs in this one process: pages, sockets, background work and its schedule;
a second one on the same VAR_DIR is refused.

With REDIS_URL this is the web part only, and may run several times. Beside it run, at least once:
  manage.py work
"""


class Command(BaseCommand):
    help = HELP
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print where it serves, once connections are taken")

    def handle(self, *_args: object, **options: Any) -> None:
        leave_on_signal()
        share_heaps()
        try:
            self._serve(as_json=options["json"])
        except CannotStartError as error:
            raise CommandError(str(error)) from None

    def _serve(self, *, as_json: bool) -> None:
        with ExitStack() as stack:
            if settings.EMBEDDED:
                stack.enter_context(only_one(settings.VAR_DIR))
            listener = stack.enter_context(listening_socket(settings.ENV.HOST, settings.ENV.PORT))
            stack.enter_context(pid_file(settings.VAR_DIR / "serve.pid"))
            application = _load_site()
            refuse_without_tables()
            collect_garbage_seldom()
            stack.callback(connections.close_all)
            if settings.DEMO:
                write_demo_json()
            if settings.EMBEDDED:
                stack.enter_context(_embedded_engines())
            for name in not_used_yet(os.environ):
                logger.warning("%s is set, but this version has nothing that uses it.", name)
            logger.info("Serving %s on %s:%s.", settings.BASE_URL, settings.ENV.HOST, settings.ENV.PORT)
            if as_json:
                place = {"base_url": settings.BASE_URL, "port": settings.ENV.PORT, "pid": os.getpid()}
                self.stdout.write(json.dumps(place))
                self.stdout.flush()
            serve_until_signal(application, listener)
        logger.info("Stopped.")


def _load_site() -> Any:
    """Import everything while there is one thread: no visitor waits for it, and no two threads import in a circle."""
    application = import_module("config.asgi").application
    import_module(settings.ROOT_URLCONF)
    events.wiring()
    return application


@contextmanager
def _embedded_engines() -> Iterator[None]:
    engines: Engines = import_module("config.embedded").Engines(app)
    outbox.take_over()
    engines.start()
    try:
        yield
    finally:
        ignore_signals()
        engines.stop()
