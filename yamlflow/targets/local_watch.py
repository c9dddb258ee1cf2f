"""Watching a local run: its newest state and its logs, read again and again while it goes on."""

import json
from collections.abc import Iterator
from sys import intern
from time import monotonic, process_time, sleep
from typing import Any

from yamlflow.argo.phases import FINAL
from yamlflow.engine.home import RunFolder
from yamlflow.engine.node import POD, RETRY, STEP_GROUP, SUSPEND
from yamlflow.engine.present import present
from yamlflow.engine.store.store import Row, Store
from yamlflow.targets.local_runs import LocalRuns, refusals
from yamlflow.targets.locallogs import LogReader
from yamlflow.targets.protocol import LogLine, RunNotFoundError, TargetError, Workflow

Node = dict[str, Any]
_QUICK, _QUICK_FOR, _SLOW = 0.004, 1.0, 0.01
_FRAME = 0.04
_REST = 9


_SHOWN = (
    *("id", "name", "displayName", "type", "templateName", "phase", "boundaryID"),
    *("message", "startedAt", "finishedAt"),
)
_ITS_OWN = frozenset(("name", "displayName", "message"))
_WITH_CHILDREN = frozenset((STEP_GROUP, RETRY))


def _brief(node: Node) -> Node:
    """Return what views show of a node; there may be many thousands of them."""
    kept = {key: node[key] if key in _ITS_OWN else intern(node[key]) for key in _SHOWN if node.get(key)}
    if node["type"] in _WITH_CHILDREN:
        kept["children"] = [intern(child) for child in node.get("children") or ()]
    if node["type"] == SUSPEND and "outputs" in node:
        kept["outputs"] = node["outputs"]
    return kept


class Newest:
    """Reads a run; after the first time only what has changed of it. `brief` keeps of nodes what views show."""

    def __init__(self, store: Store, row: Row, *, brief: bool = False) -> None:
        self._store = store
        self._brief = brief
        self._manifest: dict[str, Any] = json.loads(row.manifest)
        self._nodes: dict[str, Node] = {}
        self.row = row._replace(version=0)

    def read(self) -> Workflow:
        """Return the run as it is now, which `row` is then too."""
        since = self.row.version if self._nodes else -1
        self.row = self._store.by_uid(self.row.uid, brief=True) or self.row
        self._take(since)
        if len(self._nodes) != self._store.count_nodes(self.row.uid):  # it was set back
            self._nodes = {}
            self._take(-1)
        if not self._brief:
            return present(self.row, list(self._nodes.values()), self._manifest)
        workflow = present(self.row, [], self._manifest)
        done, known = self._store.count_work(self.row.uid)
        workflow["status"] |= {"nodes": dict(self._nodes), "progress": f"{done}/{known}"}
        return workflow

    def _take(self, since: int) -> None:
        for node in self._store.each_status(self.row.uid, since):
            self._nodes[node["id"]] = _brief(node) if self._brief else node


class Pace:
    """How often a run is looked at: the time that it costs to show one is time that its engine needs more."""

    def __init__(self) -> None:
        self._shown = self._spent = float("-inf")

    def mark(self) -> None:
        """Note that the run is shown now."""
        self._shown, self._spent = monotonic(), process_time()

    @property
    def allows(self) -> bool:
        """Whether it is time to show it again."""
        rest = monotonic() - self._shown
        return rest >= _FRAME and rest >= _REST * (process_time() - self._spent)


class LocalWatch(LocalRuns):
    """What can be seen of runs while they go on."""

    def watch(self, name: str, *, brief: bool = False) -> Iterator[Workflow]:
        """Yield the run now and at changes, until its phase is final; a large run not at each change.

        `brief` leaves out of its nodes what no view shows.
        """
        row = self._look_after(self._row(name))
        newest, pace = Newest(self._store, row, brief=brief), Pace()
        began = monotonic()
        while True:
            with refusals():
                version, phase = self._store.pulse(row.uid)
                if version == 0:
                    raise RunNotFoundError(f"workflow `{row.name}` was deleted")
                due = version != newest.row.version and (phase in FINAL or pace.allows)
                if due:
                    pace.mark()
                    run = newest.read()
            if due:
                yield run
                if newest.row.phase in FINAL:
                    return
                continue
            if self._is_gone(row):
                self._must_go_on(row)
            sleep(_QUICK if monotonic() - began < _QUICK_FOR else _SLOW)

    def logs(self, name: str, task: str | None = None, *, follow: bool = False, tail: int = 0) -> Iterator[LogLine]:
        """Yield the output of all tasks, or of one (by its display name or id)."""
        row = self._look_after(self._row(name, brief=True))
        reader = LogReader(RunFolder(self._home, row.uid), task, tail)
        if not follow:
            yield from reader.read(self._for_logs(row, task))
        else:
            for run in self._watch_logs(row):
                yield from reader.read(run)
        if not reader.found:
            raise TargetError(f"run `{row.name}` has no task `{task}`")

    def _for_logs(self, row: Row, task: str | None) -> Workflow:
        """Return what logs are read by; a pod that is named by its id is found without reading the whole run."""
        if task is not None:
            with refusals():
                node = self._store.node_status(row.uid, task)
            if node is not None and node["type"] == POD:
                return {"metadata": {"name": row.name}, "status": {"nodes": {task: node}}}
        return self._present(self._store.by_uid(row.uid) or row)

    def _watch_logs(self, row: Row) -> Iterator[Workflow]:
        """Yield the run again and again, at each change of it and in between, until its phase is final."""
        row = self._store.by_uid(row.uid) or row
        newest, pace = Newest(self._store, row), Pace()
        run = newest.read()
        while True:
            version, _ = self._store.pulse(row.uid)
            if version == 0:
                return
            if version != newest.row.version:
                run = newest.read()
            pace.mark()
            yield run
            if newest.row.phase in FINAL:
                return
            if self._is_gone(row):
                self._must_go_on(row)
            while not pace.allows:
                sleep(_QUICK)
