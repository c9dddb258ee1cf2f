"""The processes of programs, as far as they are children of the engine."""

import os
from collections.abc import Iterator

from yamlflow.engine.runners.pod import Process

_MOST = 128


class Children:
    """Processes that run, by their ids. Other children of the engine are somebody else's."""

    def __init__(self) -> None:
        self._by_pid: dict[int, Process] = {}

    def __bool__(self) -> bool:
        return bool(self._by_pid)

    def __iter__(self) -> Iterator[Process]:
        return iter(self._by_pid.values())

    def add(self, process: Process, pid: int) -> None:
        """Take in a process that has begun."""
        process.pid = pid
        self._by_pid[pid] = process.pod.processes[pid] = process

    def ended(self) -> Iterator[tuple[Process, int]]:
        """Yield the processes that have ended, with their exit codes; so many at most, for others begin meanwhile."""
        for _ in range(_MOST):
            if not self._by_pid:
                return
            found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if found is None:
                return
            if found.si_pid not in self._by_pid:  # a program that fetches an artifact, and that others wait for
                for pid in list(self._by_pid):
                    yield from self._ended(pid, os.WNOHANG)
                return
            yield from self._ended(found.si_pid, 0)

    def _ended(self, pid: int, options: int) -> Iterator[tuple[Process, int]]:
        ended, status = os.waitpid(pid, options)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            yield self._by_pid.pop(pid), 128 - code if code < 0 else code

    def wait(self) -> None:
        """Wait until all have ended."""
        for pid in self._by_pid:
            os.waitpid(pid, 0)
        self._by_pid.clear()
