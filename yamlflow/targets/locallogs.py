"""Reading the output of local tasks from their log files."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from yamlflow.argo.pods import nodes_of, pods_of
from yamlflow.engine.home import RunFolder
from yamlflow.targets.protocol import LogLine, Workflow

_LONGEST_LINE = 1 << 16


class LogReader:
    """Reads the logs of a run, of all tasks or of one, each line once."""

    def __init__(self, folder: RunFolder, task: str | None) -> None:
        self._folder = folder
        self._task = task
        self._offsets: dict[str, int] = {}
        self.found = task is None

    def read(self, workflow: Workflow) -> Iterator[LogLine]:
        """Yield the lines that were written since the last call."""
        self.found = self.found or bool(nodes_of(workflow, self._task or ""))
        for pod, node in pods_of(workflow, self._task).items():
            with suppress(FileNotFoundError):
                yield from self._lines(pod, node)

    def _lines(self, pod: str, node: dict[str, Any]) -> Iterator[LogLine]:
        """Yield lines from where the last call ended; an unfinished line only when nothing will follow."""
        key, over = node["id"], node["finishedAt"] is not None
        with open(self._folder.task_log(key), "rb") as file:
            file.seek(self._offsets.get(key, 0))
            while line := file.readline(_LONGEST_LINE):
                if not line.endswith(b"\n") and len(line) < _LONGEST_LINE and not over:
                    return
                self._offsets[key] = self._offsets.get(key, 0) + len(line)
                yield LogLine(node["displayName"], pod, line.rstrip(b"\r\n").decode(errors="replace"))
