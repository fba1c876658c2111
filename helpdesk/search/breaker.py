"""While an engine does not answer, nobody waits for it: one thread asks whether it is back."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from helpdesk.search.engine import EngineUnavailableError, Found, TooSlowError
from helpdesk.search.plan import Plan

logger = logging.getLogger(__name__)

ASK_AGAIN_S = 2.0

Answer = TypeVar("Answer")


class Breaker:
    def __init__(self, *, search: Callable[[Plan], Found], probe: Callable[[], object]) -> None:
        self._search = search
        self._probe = probe
        self._lock = threading.Lock()
        self._is_open = False

    def search(self, plan: Plan) -> Found:
        """Execute a plan; raises EngineUnavailableError at once while the engine is known to be away."""
        if self._is_open:
            raise EngineUnavailableError("the engine is away")
        found = self._heeded(lambda: self._search(plan))
        return replace(found, counts=lambda: self._heeded(found.counts))

    def _heeded(self, work: Callable[[], Answer]) -> Answer:
        try:
            return work()
        except TooSlowError:
            raise
        except EngineUnavailableError as error:
            self._open(error)
            raise

    def _open(self, error: EngineUnavailableError) -> None:
        with self._lock:
            if self._is_open:
                return
            self._is_open = True
        logger.warning("Search does without its engine: %s.", error)
        threading.Thread(target=self._wait_for_it, name="search-breaker", daemon=True).start()

    def _wait_for_it(self) -> None:
        pause = threading.Event()
        try:
            while not self._answers():
                pause.wait(ASK_AGAIN_S)
            logger.info("The search engine answers again.")
        finally:
            # Also when asking fails in a way nobody thought of: the next search finds out.
            self._is_open = False

    def _answers(self) -> bool:
        try:
            self._probe()
        except EngineUnavailableError:
            return False
        return True
