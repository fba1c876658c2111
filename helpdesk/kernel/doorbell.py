"""Wakes the workers of a lane without making anybody wait for the broker: neither who writes, nor who works.

Rings within a burst are one message, and a broker that is down costs nobody anything: the sweep finds the work.
"""

import logging
import threading
import time
from collections.abc import Callable

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

RING = "helpdesk.kernel.tasks.drain"
# Workers that are woken for each of many rings do each time what would cost no more for all of them together.
REST_S = 0.04


def send(lane: str) -> None:
    """Ask the workers of a lane to look at the outbox; this may wait for the broker."""
    try:
        current_app.send_task(RING, kwargs={"lane": lane}, queue=lane, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The broker does not answer (%s); the sweep will find the work.", error)


class Doorbell:
    """Hands rings to a thread of its own, which does the waiting."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self._send = send
        self._pressed = threading.Condition()
        self._lanes: set[str] = set()
        self._rests_until: dict[str, float] = {}
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
                self._rests_until[lane] = time.monotonic() + REST_S
                self._send(lane)

    def _rung(self) -> list[str]:
        """Wait for rings; return the lanes they are for, and that do not rest."""
        with self._pressed:
            while not (due := sorted(lane for lane in self._lanes if self._rests_s(lane) <= 0)):
                self._pressed.wait(min(map(self._rests_s, self._lanes), default=None))
            self._lanes.difference_update(due)
        return due

    def _rests_s(self, lane: str) -> float:
        return self._rests_until.get(lane, 0.0) - time.monotonic()


_doorbell = Doorbell(send)
ring = _doorbell.ring
