"""The process above an engine: however the engine ends, what it leaves behind is ended before its lock is let go."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple, NoReturn

from yamlflow.engine.runners.proc import processes, words_of

_SET_CHILD_SUBREAPER = 36  # of prctl(2): whoever loses its parent becomes our child
_PASSED_ON = (signal.SIGTERM, signal.SIGHUP)
_POLL = 0.001
_OF_ALL = 5  # so many words begin the command line of every engine


class Guard(NamedTuple):
    """How an engine talks to the process above it."""

    orders: int
    answers: int

    def take_charge(self) -> None:
        """Have it end all that is left of this engine from now on; ChildProcessError when it is gone itself."""
        with suppress(BrokenPipeError):
            os.write(self.orders, b"+")
        if not os.read(self.answers, 1):
            raise ChildProcessError("the process above the engine is gone")
        self.leave()

    def leave(self) -> None:
        """Have it end nothing but itself: others look after what is started."""
        os.close(self.orders)
        os.close(self.answers)


def go_below_guard(handed: tuple[int, ...]) -> Guard:
    """Return in a new process, that of the engine; this one stays to guard it, and closes what was `handed` over."""
    read_orders, orders = os.pipe()
    answers, write_answers = os.pipe()
    engine = os.fork()
    if engine:
        for fd in (orders, answers, *handed):
            os.close(fd)
        _guard(engine, read_orders, write_answers)
    os.close(read_orders)
    os.close(write_answers)
    return Guard(orders, answers)


def _guard(engine: int, orders: int, answers: int) -> NoReturn:
    """Wait until the engine is gone, end what it left, and end as it did."""

    def pass_on(number: int, _: object) -> None:
        with suppress(ProcessLookupError):
            os.kill(engine, number)

    for number in _PASSED_ON:
        signal.signal(number, pass_on)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.read(orders, 1):
        with suppress(ImportError, OSError, AttributeError):  # without it sandboxes still end with their engine
            from ctypes import CDLL

            CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        with suppress(BrokenPipeError):
            os.write(answers, b"+")
    os.close(orders)
    os.close(answers)
    code = _wait_for(engine)
    for number in _PASSED_ON:
        signal.signal(number, signal.SIG_IGN)
    _end_children()
    os._exit(code if code >= 0 else 128 - code)


def _wait_for(engine: int) -> int:
    """Wait for the end of the engine, and for what ends as an orphan before it; return how the engine ended."""
    while True:
        process, status = os.wait()
        if process == engine:
            return os.waitstatus_to_exitcode(status)


def _end_children() -> None:
    """End all children, and theirs, which become ours. Engines of other runs are not this engine's to end."""
    own = _command(os.getpid())
    while _is_parent():
        killed = 0
        for process in _children():
            found = _command(process)  # that of a child which is about to become a program is still our own
            if found[:_OF_ALL] != own[:_OF_ALL] or found == own:
                with suppress(OSError):
                    os.kill(process, signal.SIGKILL)
                    killed += 1
        if not killed:
            return
        time.sleep(_POLL)


def _is_parent() -> bool:
    """Whether there are children that have not ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue
        return True
    return False


def _children() -> Iterator[int]:
    own = str(os.getpid()).encode()
    for process in processes():
        with suppress(OSError), open(f"/proc/{process}/stat", "rb") as file:
            if file.read().rpartition(b")")[2].split()[1] == own:  # the name before may hold anything
                yield process


def _command(process: int) -> list[bytes]:
    with suppress(OSError):
        return words_of(process, "cmdline")
    return []
