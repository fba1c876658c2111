"""Wakes the workers after a commit, without making the writer wait for the broker.

Rings within a burst are one message, and a broker that is down costs nobody anything: the sweep finds the work.
"""

import logging
import threading

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


class Doorbell:
    def __init__(self) -> None:
        self._pressed = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def ring(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._pass_on, name="doorbell", daemon=True)
                self._thread.start()
        self._pressed.set()

    def _pass_on(self) -> None:
        while self._pressed.wait():
            self._pressed.clear()
            send("fast")


def send(lane: str) -> None:
    """Ask the workers of a lane to look at the outbox."""
    try:
        current_app.send_task("helpdesk.kernel.tasks.drain", kwargs={"lane": lane}, queue=lane, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The broker does not answer (%s); the sweep will find the work.", error)


_doorbell = Doorbell()
ring = _doorbell.ring
