"""Nobody waits for a cluster that does not answer, but the first who notices."""

import logging
from collections.abc import Callable
from threading import Event, Lock, Thread

from helpdesk.search.engine import EngineUnavailableError

logger = logging.getLogger(__name__)

PAUSE_S = 0.5


class Breaker:
    """Once opened it refuses at once; a thread beside the pages asks whether the cluster is back, and closes it."""

    def __init__(self, probe: Callable[[], object]) -> None:
        """`probe` raises EngineUnavailableError while the cluster does not answer."""
        self._probe = probe
        self._why = ""
        self._lock = Lock()
        self._retired = Event()

    def check(self) -> None:
        why = self._why
        if why:
            raise EngineUnavailableError(why)

    def open(self, why: str) -> None:
        with self._lock:
            if self._why or self._retired.is_set():
                return
            self._why = why or "no answer"
        logger.error("Elasticsearch does not answer: %s", why)
        Thread(target=self._watch, name="elasticsearch-probe", daemon=True).start()

    def retire(self) -> None:
        """Ask no more."""
        self._retired.set()

    def _watch(self) -> None:
        while not self._retired.wait(PAUSE_S):
            try:
                self._probe()
            except EngineUnavailableError:
                continue
            self._why = ""
            logger.info("Elasticsearch answers again.")
            return
