"""Texts that took work to make, remembered as long as there is room for them."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key")
Made = TypeVar("Made", bound=str)


class Remembered(Generic[Key, Made]):
    """What was made last, together at most so many characters: a few long texts cost no more than many short ones."""

    def __init__(self, most_chars: int) -> None:
        self._most, self._held = most_chars, 0
        self._made: OrderedDict[Key, Made] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, make: Callable[[], Made]) -> Made:
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        made = make()
        with self._lock:
            self._keep(key, made)
        return made

    def _keep(self, key: Key, made: Made) -> None:
        # Another thread may have made it meanwhile.
        if key in self._made or len(made) > self._most:
            return
        self._made[key] = made
        self._held += len(made)
        while self._held > self._most:
            _key, oldest = self._made.popitem(last=False)
            self._held -= len(oldest)
