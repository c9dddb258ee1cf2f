"""Reading the output of local tasks from their log files."""

from collections.abc import Iterator
from typing import Any

from yamlflow.argo.ids import pod_name
from yamlflow.engine.home import RunFolder
from yamlflow.engine.node import POD
from yamlflow.targets.protocol import LogLine

_LONGEST_LINE = 1 << 16

NodeStatus = dict[str, Any]


class LogReader:
    """Reads the logs of a run, of all tasks or of one, each line once."""

    def __init__(self, folder: RunFolder, workflow: str, task: str | None) -> None:
        self._folder = folder
        self._workflow = workflow
        self._task = task
        self._offsets: dict[str, int] = {}
        self.found = False

    def read(self, nodes: dict[str, NodeStatus]) -> Iterator[LogLine]:
        """Yield all lines there are, task by task."""
        for node in self._wanted(nodes):
            yield from self._lines(node, whole=True)

    def read_new(self, nodes: dict[str, NodeStatus]) -> Iterator[LogLine]:
        """Yield the lines that were written since the last call."""
        for node in self._wanted(nodes):
            yield from self._lines(node, whole=node["finishedAt"] is not None)

    def _wanted(self, nodes: dict[str, NodeStatus]) -> list[NodeStatus]:
        chosen = set(nodes)
        if self._task is not None:
            chosen = {key for key, node in nodes.items() if self._task in (key, node["displayName"], node["name"])}
            chosen |= {key for key, node in nodes.items() if node.get("boundaryID") in chosen}
            self.found = self.found or bool(chosen)
            prefixes = tuple(nodes[key]["name"] + sign for key in chosen for sign in "([.")
            chosen |= {key for key, node in nodes.items() if node["name"].startswith(prefixes)} if prefixes else set()
        return [node for key, node in nodes.items() if key in chosen and node["type"] == POD]

    def _lines(self, node: NodeStatus, *, whole: bool) -> Iterator[LogLine]:
        """Yield lines from where the last call ended; an unfinished line only when nothing will follow."""
        key = node["id"]
        pod = pod_name(self._workflow, node["name"], node.get("templateName", ""))
        try:
            file = open(self._folder.task_log(key), "rb")
        except OSError:
            return
        with file:
            file.seek(self._offsets.get(key, 0))
            while line := file.readline(_LONGEST_LINE):
                if not line.endswith(b"\n") and len(line) < _LONGEST_LINE and not whole:
                    return
                self._offsets[key] = self._offsets.get(key, 0) + len(line)
                yield LogLine(node["displayName"], pod, line.rstrip(b"\r\n").decode(errors="replace"))
