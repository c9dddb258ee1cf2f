"""Doing one thing to many items on all cores."""

import os
import pickle
import signal
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class _Child(NamedTuple):
    process: int
    pipe: int


def spread(work: Callable[[_Item], _Result], items: Sequence[_Item]) -> list[_Result]:
    """Return the result of each item, in their order. The work is done in copies of this process."""
    count = min(_cores(), len(items))
    if count < 2 or not hasattr(os, "fork"):
        return [work(item) for item in items]
    children: list[_Child] = []
    try:
        children.extend(_start(work, items[index::count]) for index in range(count))
        shares = [_results(child) for child in children]
    finally:
        for child in children:
            os.close(child.pipe)
            os.kill(child.process, signal.SIGTERM)
            os.waitpid(child.process, 0)
    return [shares[index % count][index // count] for index in range(len(items))]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _start(work: Callable[[_Item], _Result], items: Sequence[_Item]) -> _Child:
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return _Child(process, reading)
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C goes to all: one of them has to speak of it
        answer: list[_Result] | Exception
        try:
            answer = [work(item) for item in items]
        except Exception as error:
            answer = error
        with open(writing, "wb") as pipe:
            pickle.dump(answer, pipe)
    finally:
        os._exit(0)


def _results(child: _Child) -> list[Any]:
    with open(child.pipe, "rb", closefd=False) as pipe:
        data = pipe.read()
    if not data:
        raise ChildProcessError("a process that checks files was killed")
    answer: list[Any] | Exception = pickle.loads(data)
    if isinstance(answer, Exception):
        raise answer
    return answer
