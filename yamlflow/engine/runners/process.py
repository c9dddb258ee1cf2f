"""The process runner: each task is a process of this machine."""

import os
import selectors
import time
from collections import deque
from collections.abc import Mapping

from yamlflow.engine.artifacts.repository import Repository, Stored
from yamlflow.engine.artifacts.transfer import Transfer, TransferError, load, reason
from yamlflow.engine.events import Ended, Started
from yamlflow.engine.home import RunFolder, remove_folder
from yamlflow.engine.runners.collect import Collected, collect
from yamlflow.engine.runners.launch import Launcher, MissingProgramError
from yamlflow.engine.runners.protocol import Report
from yamlflow.engine.runners.result import ResultPipe
from yamlflow.engine.runners.workers import Workers
from yamlflow.engine.runners.workspace import Workspace
from yamlflow.engine.task import Task

_GRACE = 5.0
_MISSING_PROGRAM = 64
_INIT = "init: Error (exit code 64): "


class _Child:
    """A task that was begun."""

    __slots__ = ("killed", "pid", "pipe", "read", "task", "workspace")

    def __init__(self, task: Task, workspace: Workspace) -> None:
        self.task = task
        self.workspace = workspace
        self.pid = 0
        self.pipe: ResultPipe | None = None
        self.read: tuple[Transfer, ...] = ()
        self.killed: float | None = None


class ProcessRunner:
    """Runs tasks as processes, so many at a time."""

    def __init__(
        self,
        folder: RunFolder,
        launcher: Launcher,
        repository: Repository,
        known: Mapping[str, Stored],
        selector: selectors.BaseSelector,
        *,
        host: str,
        workflow: str,
        limit: int,
    ) -> None:
        self._folder = folder
        for path in (folder.work, folder.logs):
            os.makedirs(path, exist_ok=True)
        self._launcher = launcher
        self._repository = repository
        self._known = known
        self._selector = selector
        self._host = host
        self._workflow = workflow
        self._limit = limit
        self._waiting: deque[Task] = deque()
        self._begun: dict[str, _Child] = {}
        self._by_pid: dict[int, _Child] = {}
        self._reports: list[Report] = []
        self._rubbish: deque[str] = deque()
        self._workers = Workers(selector)

    def start(self, task: Task) -> None:
        """Run a program as soon as there is room."""
        self._waiting.append(task)
        self._fill()

    def refuse(self, node: str, message: str) -> None:
        """Report a task that cannot be run because its template cannot be filled in."""
        self._report(Ended(node, None, error=message))

    def _fill(self) -> None:
        while self._waiting and len(self._begun) < self._limit:
            task = self._waiting.popleft()
            try:
                self._begin(task)
            except OSError as error:
                self._begun.pop(task.node, None)
                self.refuse(task.node, _INIT + reason(error))

    def _begin(self, task: Task) -> None:
        root = os.path.join(self._folder.work, task.node)
        if os.path.exists(root):
            if self._take_over(task, root):
                return
            remove_folder(root)
        child = self._begun[task.node] = _Child(task, self._launcher.workspace(root, task))
        if task.inputs:
            self._workers.run(lambda: self._load(child), lambda found: self._loaded(child, found))
        else:
            self._spawn(child)

    def _take_over(self, task: Task, root: str) -> bool:
        """Take the outputs of a program that ended when its engine was gone, if nothing of them is lost."""
        child = _Child(task, self._launcher.workspace(root, task))
        code = self._launcher.noted_exit_code(child.workspace)
        if code is None or task.wants_result:
            return False
        self._begun[task.node] = child
        self._report(Started(task.node, self._host))
        self._collect(child, code)
        return True

    def _load(self, child: _Child) -> tuple[Transfer, ...] | str:
        """Bring in the input artifacts; called in a thread."""
        task, place = child.task, child.workspace.place
        try:
            found = [load(self._repository, self._known, task.node, item, place) for item in task.inputs]
        except TransferError as error:
            return f"{_INIT}{error}"
        return tuple(item for item in found if item is not None)

    def _loaded(self, child: _Child, found: tuple[Transfer, ...] | str) -> None:
        """The input artifacts are there, or cannot be had."""
        if child.killed is None and not isinstance(found, str):
            child.read = found
            try:
                self._spawn(child)
            except OSError as error:
                found = _INIT + reason(error)
        if child.killed is not None or isinstance(found, str):
            self._drop(child)
            self._fill()
        if isinstance(found, str):
            self.refuse(child.task.node, found)

    def _spawn(self, child: _Child) -> None:
        task = child.task
        log = self._folder.task_log(task.node)
        pipe = child.pipe = ResultPipe(log, self._selector) if task.wants_result else None
        try:
            child.pid = self._launcher.start(task, child.workspace, log, pipe.write_end if pipe else None)
        except MissingProgramError as error:
            open(log, "ab").close()
            self._report(Ended(task.node, _MISSING_PROGRAM, failure=str(error)), read=child.read)
            self._drop(child)
        finally:
            if pipe is not None:
                pipe.listen()
        if not child.pid:
            if pipe is not None:
                pipe.finish()
            return
        self._by_pid[child.pid] = child
        self._report(Started(task.node, self._host), read=child.read)

    def kill(self, node: str) -> None:
        """End the program of a node: kindly, and some seconds later by force."""
        for task in [task for task in self._waiting if task.node == node]:
            self._waiting.remove(task)
        child = self._begun.get(node)
        if child is None or child.killed is not None:
            return
        child.killed = time.monotonic() + _GRACE
        if child.pid in self._by_pid:
            self._launcher.end(child.pid, child.workspace, force=False)

    def reports(self) -> list[Report]:
        """Return what has happened since the last call."""
        self._reap()
        for child in self._by_pid.values():
            if child.killed is not None and child.killed <= time.monotonic():
                child.killed = float("inf")
                self._launcher.end(child.pid, child.workspace, force=True)
        reports, self._reports = self._reports, []
        return reports

    def _reap(self) -> None:
        while self._by_pid:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            child = self._by_pid.pop(pid, None)
            if child is not None:
                self._launcher.is_over(pid, child.workspace)
                code = os.waitstatus_to_exitcode(status)
                self._collect(child, 128 - code if code < 0 else code)

    def _collect(self, child: _Child, code: int) -> None:
        """Take the outputs of a program that has ended."""
        task = child.task
        result = child.pipe.finish() if child.pipe is not None else None
        log = self._folder.task_log(task.node)
        if self._launcher.never_began(code, child.workspace):
            self.refuse(task.node, f"{_INIT}{_last_line(log)}")
            self._drop(child)
            self._fill()
            return

        def take() -> Collected:
            prefix = f"{self._workflow}/{task.pod}"
            return collect(task, prefix, self._repository, child.workspace.find, log)

        if task.artifacts or task.keeps_log:
            self._workers.run(take, lambda found: self._finished(child, code, result, found))
        else:
            self._finished(child, code, result, take())

    def _finished(self, child: _Child, code: int, result: str | None, found: Collected) -> None:
        outputs = dict(found.outputs)
        if result is not None:
            outputs["result"] = result
        self._report(Ended(child.task.node, code, outputs, error=found.error), written=tuple(found.kept))
        self._drop(child)
        self._fill()

    def _drop(self, child: _Child) -> None:
        self._begun.pop(child.task.node, None)
        self._rubbish.append(child.workspace.root)

    def tidy(self) -> None:
        """Remove what finished tasks left; done while others run, because it takes longer than it should."""
        while self._rubbish:
            remove_folder(self._rubbish.popleft())

    def _report(
        self, event: Started | Ended, *, read: tuple[Transfer, ...] = (), written: tuple[Transfer, ...] = ()
    ) -> None:
        self._reports.append(Report(event, read, written))

    def next_time(self) -> float | None:
        """Return (by the monotonic clock) when `reports` must be called again at the latest, or None."""
        return min((child.killed for child in self._by_pid.values() if child.killed is not None), default=None)

    @property
    def has_news(self) -> bool:
        """Whether `reports` would return something at once."""
        return bool(self._reports)

    @property
    def busy(self) -> bool:
        """Whether any program still runs."""
        return bool(self._by_pid)

    def close(self) -> None:
        """End every program that still runs."""
        self._waiting.clear()
        for child in self._by_pid.values():
            self._launcher.end(child.pid, child.workspace, force=True)
        for pid in self._by_pid:
            os.waitpid(pid, 0)
        self._by_pid.clear()


def _last_line(path: str) -> str:
    """Return the last line of a log, in which bubblewrap says what is wrong."""
    with open(path, "rb") as file:
        file.seek(max(0, os.path.getsize(path) - 4096))
        lines = file.read().decode(errors="replace").splitlines()
    return lines[-1] if lines else "the sandbox cannot be made"
