"""How long to try again when a stream was cut."""

from collections.abc import Sequence
from time import monotonic, sleep

from yamlflow.targets.argo_errors import UnreachableError

DELAYS = (0.1, 0.3, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before each new attempt, as long as nothing comes."""

_LIVED = 5.0


class Patience:
    """Counts attempts that brought nothing, and waits before the next one."""

    __slots__ = ("_began", "_delays", "_tried")

    def __init__(self, delays: Sequence[float]) -> None:
        self._delays = delays
        self._tried = 0
        self._began = monotonic()

    def begin(self) -> None:
        """Note that an attempt begins."""
        self._began = monotonic()

    def progress(self) -> None:
        """Note that something came: the next attempt is a first one again."""
        self._tried = 0

    def wait(self, cause: UnreachableError | None) -> None:
        """Wait before the next attempt; give up after too many that failed. A stream that just ended is no failure."""
        if monotonic() - self._began > _LIVED and cause is None:
            self._tried = 0
        tried, most = self._tried, len(self._delays)
        if tried == most and cause is not None:
            raise UnreachableError(f"{cause} (gave up after {most} more attempts)", cause.hint)
        sleep(self._delays[min(tried, most - 1)])
        self._tried = min(tried + 1, most)
