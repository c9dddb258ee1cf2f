"""What a task without a sandbox has begun in sessions of its own, and left behind."""

import os
import signal
import time
from contextlib import suppress

from yamlflow.engine.runners.proc import words_of

_POLL, _PATIENCE = 0.001, 1.0


def end_escaped(marks: tuple[str, ...]) -> None:
    """End the processes with one of these variables that lost their parent: they are children of the guard by now.

    One that ends hands its own children on, so this waits until what it has ended, and what was ending, is gone.
    """
    marked, end = {mark.encode() for mark in marks}, time.monotonic() + _PATIENCE
    while sum(_is_of(process, marked) for process in _orphans()) and time.monotonic() < end:
        time.sleep(_POLL)


def _orphans() -> set[int]:
    """Return the processes that the guard looks after, besides the engine itself."""
    guard = os.getppid()
    with suppress(OSError), open(f"/proc/{guard}/task/{guard}/children", "rb") as file:
        return set(map(int, file.read().split())) - {os.getpid()}
    return set()


def _is_of(process: int, marked: set[bytes]) -> bool:
    """Whether a process has one of the variables, and is ended now, or is ending, so that nothing tells whose it is."""
    with suppress(OSError):
        if not marked.isdisjoint(words_of(process, "environ")):
            os.kill(process, signal.SIGKILL)
            return True
        return words_of(process, "cmdline") == [b""]
    return False
