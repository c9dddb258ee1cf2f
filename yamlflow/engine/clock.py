"""The time of a run: it never goes back, whatever happens to the clock of the machine."""

import time
from collections.abc import Callable


def steady() -> float:
    """Return seconds that only grow, and also while the machine sleeps where that can be had."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class Clock:
    """Begins with the machine's time, or with the last time that a run has noted, and then counts by itself."""

    def __init__(self, last: float, wall: Callable[[], float] = time.time, count: Callable[[], float] = steady) -> None:
        self._count = count
        self._ahead = max(wall(), last) - count()

    def __call__(self) -> float:
        """Return the time in seconds since 1970."""
        return self._ahead + self._count()
