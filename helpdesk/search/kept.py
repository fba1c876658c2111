"""What each process keeps of something in the database until that changes."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Reads a value when its mark has changed, and asks for the mark once in a while."""

    def __init__(self, *, mark: Callable[[], object], read: Callable[[], Value], every_s: float) -> None:
        self._mark = mark
        self._read = read
        self._every_s = every_s
        self._lock = Lock()
        self._value: tuple[object, Value] | None = None
        self._asked_at = 0.0

    def get(self) -> Value:
        with self._lock:
            if self._value is None or time.monotonic() - self._asked_at >= self._every_s:
                mark = self._mark()
                if self._value is None or self._value[0] != mark:
                    self._value = (mark, self._read())
                self._asked_at = time.monotonic()
            return self._value[1]

    def forget(self) -> None:
        """Read anew at the next occasion."""
        with self._lock:
            self._value = None
