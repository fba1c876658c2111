"""Wakes the workers of a lane without making anybody wait for the broker: neither who writes, nor who works.

Rings within a burst are one message, and a broker that is down costs nobody anything: the sweep finds the work.
"""

import logging
import threading
from collections.abc import Callable

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def send(lane: str) -> None:
    """Ask the workers of a lane to look at the outbox; this may wait for the broker."""
    try:
        current_app.send_task("helpdesk.kernel.tasks.drain", kwargs={"lane": lane}, queue=lane, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The broker does not answer (%s); the sweep will find the work.", error)


class Doorbell:
    """Hands rings to a thread of its own, which does the waiting."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self._send = send
        self._pressed = threading.Condition()
        self._lanes: set[str] = set()
        self._thread: threading.Thread | None = None

    def ring(self, lane: str = "fast") -> None:
        with self._pressed:
            self._lanes.add(lane)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._pass_on, name="doorbell", daemon=True)
                self._thread.start()
            self._pressed.notify()

    def _pass_on(self) -> None:
        while True:
            for lane in self._rung():
                self._send(lane)

    def _rung(self) -> list[str]:
        """Wait for a ring; return the lanes it is for."""
        with self._pressed:
            self._pressed.wait_for(lambda: self._lanes)
            lanes = sorted(self._lanes)
            self._lanes.clear()
        return lanes


_doorbell = Doorbell(send)
ring = _doorbell.ring
