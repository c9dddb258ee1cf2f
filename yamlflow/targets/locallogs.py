"""Reading the output of local tasks from their log files."""

from collections.abc import Iterator
from contextlib import suppress
from os import SEEK_END
from typing import Any, BinaryIO

from yamlflow.argo.pods import nodes_of, pods_of
from yamlflow.engine.home import RunFolder
from yamlflow.targets.protocol import LogLine, Workflow

_LONGEST_LINE = 1 << 16


class LogReader:
    """Reads the logs of a run, of all tasks or of one, each line once; with `tail` not much more than so many lines."""

    def __init__(self, folder: RunFolder, task: str | None, tail: int = 0) -> None:
        self._folder = folder
        self._task = task
        self._tail = tail
        self._offsets: dict[str, int] = {}
        self._read: set[str] = set()
        self.found = task is None

    def read(self, workflow: Workflow) -> Iterator[LogLine]:
        """Yield the lines that were written since the last call."""
        self.found = self.found or bool(nodes_of(workflow, self._task or ""))
        for pod, node in pods_of(workflow, self._task).items():
            if node["id"] in self._read:
                continue
            with suppress(FileNotFoundError):
                yield from self._lines(pod, node)
            if node["finishedAt"] is not None:
                self._read.add(node["id"])

    def _lines(self, pod: str, node: dict[str, Any]) -> Iterator[LogLine]:
        """Yield lines from where the last call ended; an unfinished line only when nothing will follow."""
        key, over = node["id"], node["finishedAt"] is not None
        with open(self._folder.task_log(key), "rb") as file:
            if key not in self._offsets:
                self._offsets[key] = _start_of(file, self._tail) if self._tail else 0
            file.seek(self._offsets[key])
            while line := file.readline(_LONGEST_LINE):
                if not line.endswith(b"\n") and len(line) < _LONGEST_LINE and not over:
                    return
                self._offsets[key] += len(line)
                yield LogLine(node["displayName"], pod, line.rstrip(b"\r\n").decode(errors="replace"))


def _start_of(file: BinaryIO, tail: int) -> int:
    """Return where the last lines of a file begin, so many or somewhat more."""
    at, found = file.seek(0, SEEK_END), 0
    while at > 0 and found <= tail:
        begin = max(at - _LONGEST_LINE, 0)
        file.seek(begin)
        found += max(file.read(at - begin).count(b"\n"), 1)
        at = begin
    return at
