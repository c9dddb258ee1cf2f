"""The process runner: each task is a process of this machine, in a sandbox where there is one."""

import os
import selectors
import signal
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

from yamlflow.engine.artifacts.repository import Repository, Stored
from yamlflow.engine.artifacts.transfer import Transfer, TransferError, load
from yamlflow.engine.events import Ended, Started
from yamlflow.engine.home import remove_folder
from yamlflow.engine.runners import sandbox as sandboxes
from yamlflow.engine.runners.collect import Collected, collect
from yamlflow.engine.runners.host import Host, find_program
from yamlflow.engine.runners.protocol import Report
from yamlflow.engine.runners.result import ResultPipe
from yamlflow.engine.runners.sandbox import STATUS_FD, Sandbox
from yamlflow.engine.runners.workers import Workers
from yamlflow.engine.runners.workspace import OpenWorkspace, Workspace
from yamlflow.engine.task import Task

_GRACE = 5.0
_SCRIPT = "/tmp/.argo/script"
_NO_COMMAND = "the template has no command, and the image's own is not known to the process runner"


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


class Folders:
    """Where the runner keeps what belongs to a run."""

    def __init__(self, run: str) -> None:
        self.work = os.path.join(run, "work")
        self.logs = os.path.join(run, "logs")
        for folder in (self.work, self.logs):
            os.makedirs(folder, exist_ok=True)

    def log(self, node: str) -> str:
        """Return the file with the output of a node."""
        return os.path.join(self.logs, f"{node}.log")

    def workspace(self, node: str) -> str:
        """Return the folder with the files of a node."""
        return os.path.join(self.work, node)

    def status(self, node: str) -> str:
        """Return the file in which bubblewrap notes how the program of a node ended."""
        return os.path.join(self.work, node, "status")


class ProcessRunner:
    """Runs tasks as processes, so many at a time."""

    def __init__(
        self,
        folders: Folders,
        host: Host,
        sandbox: Sandbox | None,
        repository: Repository,
        known: Mapping[str, Stored],
        selector: selectors.BaseSelector,
        *,
        workflow: str,
        limit: int,
    ) -> None:
        self._folders = folders
        self._host = host
        self._sandbox = sandbox
        self._repository = repository
        self._known = known
        self._selector = selector
        self._workflow = workflow
        self._limit = limit
        self._waiting: deque[Task] = deque()
        self._begun: dict[str, _Child] = {}
        self._by_pid: dict[int, _Child] = {}
        self._reports: list[Report] = []
        self._rubbish: deque[str] = deque()
        self._workers = Workers(selector)
        self._guard = None if sandbox else _guard()

    def start(self, task: Task) -> None:
        """Run a program as soon as there is room."""
        self._waiting.append(task)
        self._fill()

    def _fill(self) -> None:
        while self._waiting and len(self._begun) < self._limit:
            task = self._waiting.popleft()
            try:
                self._begin(task)
            except OSError as error:
                self._begun.pop(task.node, None)
                self._report(Ended(task.node, None, error=f"init: Error (exit code 64): {error}"))

    def _begin(self, task: Task) -> None:
        root = self._folders.workspace(task.node)
        if os.path.exists(root):
            remove_folder(root)
        layers = self._sandbox is not None and self._sandbox.overlay
        workspace = Workspace(root, self._host.home, layers=layers) if self._sandbox else OpenWorkspace(root)
        child = self._begun[task.node] = _Child(task, workspace)
        for path in _paths(task):
            workspace.place(path)
        if task.folder:
            os.makedirs(workspace.place(task.folder), exist_ok=True)
        if task.inputs:
            self._workers.run(lambda: self._load(child), lambda found: self._loaded(child, found))
        else:
            self._spawn(child)

    def refuse(self, node: str, reason: str) -> None:
        """Report a task that cannot be run because its template cannot be filled in."""
        self._report(Ended(node, None, error=reason))

    def _load(self, child: _Child) -> tuple[Transfer, ...] | str:
        """Bring in the input artifacts; called in a thread."""
        task = child.task
        try:
            found = [
                load(self._repository, self._known, task.node, item, child.workspace.place) for item in task.inputs
            ]
        except TransferError as error:
            return f"init: Error (exit code 64): {error}"
        return tuple(item for item in found if item is not None)

    def _loaded(self, child: _Child, found: tuple[Transfer, ...] | str) -> None:
        if child.killed is not None:
            self._drop(child)
        elif isinstance(found, str):
            self._drop(child)
            self._report(Ended(child.task.node, None, error=found))
        else:
            child.read = found
            try:
                self._spawn(child)
            except OSError as error:
                self._drop(child)
                self._report(Ended(child.task.node, None, error=f"init: Error (exit code 64): {error}"))

    def _spawn(self, child: _Child) -> None:
        task, workspace = child.task, child.workspace
        command = self._command(task, workspace)
        missing = find_program(workspace.visible(command[0]), self._host.path) if command else _NO_COMMAND
        if missing:
            self._drop(child)
            open(self._folders.log(task.node), "ab").close()
            self._report(Ended(task.node, 64, failure=missing), read=child.read)
            return
        environment = self._environment(task, workspace)
        actions: list[Any] = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)]
        log = self._folders.log(task.node)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        actions.append((os.POSIX_SPAWN_OPEN, 2, log, flags, 0o644))
        if task.wants_result:
            child.pipe = ResultPipe(log, self._selector)
            actions.append((os.POSIX_SPAWN_DUP2, child.pipe.write_end, 1))
        else:
            actions.append((os.POSIX_SPAWN_DUP2, 2, 1))
        folder = task.folder or workspace.folder
        if self._sandbox is not None:
            line = sandboxes.command_line(self._sandbox, self._host, workspace, folder, command)
            status = self._folders.status(task.node)
            actions.append((os.POSIX_SPAWN_OPEN, STATUS_FD, status, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644))
            child.pid = os.posix_spawn(line[0], line, environment, file_actions=actions, setsid=True)
        else:
            child.pid = self._spawn_openly(task, workspace, list(command), environment, actions)
        if child.pipe is not None:
            child.pipe.started()
        self._by_pid[child.pid] = child
        self._report(Started(task.node, self._host.name), read=child.read)

    def _spawn_openly(
        self, task: Task, workspace: Workspace, command: list[str], environment: dict[str, str], actions: list[Any]
    ) -> int:
        """Start a program without a sandbox, in its own working folder."""
        before = os.getcwd()
        os.chdir(workspace.place(task.folder) if task.folder else workspace.folder)
        try:
            pid = os.posix_spawnp(command[0], command, environment, file_actions=actions, setsid=True)
        finally:
            os.chdir(before)
        if self._guard is not None:
            os.write(self._guard, f"+{pid}\n".encode())
        return pid

    def _command(self, task: Task, workspace: Workspace) -> tuple[str, ...]:
        words = [workspace.rewrite(word) for word in task.command]
        if task.source is not None:
            place = workspace.place(_SCRIPT)
            with open(place, "w", encoding="utf-8") as file:
                file.write(workspace.rewrite(task.source))
            os.chmod(place, 0o755)
            words.append(_SCRIPT if self._sandbox is not None else place)
        return tuple(words)

    def _environment(self, task: Task, workspace: Workspace) -> dict[str, str]:
        environment = dict(self._host.environment) | {"PATH": self._host.path}
        if self._sandbox is not None:
            environment["HOME"] = self._host.home or "/tmp"
        else:
            environment["HOME"] = os.path.join(workspace.root, "home")
            environment["TMPDIR"] = os.path.join(workspace.root, "tmp")
        return environment | {name: workspace.rewrite(value) for name, value in task.environment}

    def kill(self, node: str) -> None:
        """End the program of a node: kindly, and some seconds later by force."""
        waiting = [task for task in self._waiting if task.node == node]
        for task in waiting:
            self._waiting.remove(task)
        child = self._begun.get(node)
        if child is None or child.killed is not None:
            return
        child.killed = time.monotonic() + _GRACE
        if child.pid:
            self._signal(child, signal.SIGTERM)

    def _signal(self, child: _Child, number: signal.Signals) -> None:
        try:
            if self._sandbox is not None and number == signal.SIGTERM:
                os.killpg(self._inner_process(child), number)
            else:
                os.killpg(child.pid, number)
        except (ProcessLookupError, PermissionError):
            return

    def _inner_process(self, child: _Child) -> int:
        """Return the first process in the sandbox; bubblewrap itself passes no signal on."""
        import json

        try:
            with open(self._folders.status(child.task.node), encoding="utf-8") as file:
                return int(json.loads(file.readline())["child-pid"])
        except (OSError, ValueError, KeyError):
            return child.pid

    def reports(self, now: float) -> list[Report]:
        """Return what has happened since the last call."""
        del now
        self._reap()
        for child in list(self._by_pid.values()):
            if child.killed is not None and child.killed <= time.monotonic():
                child.killed = float("inf")
                self._signal(child, signal.SIGKILL)
        reports, self._reports = self._reports, []
        return reports

    def _reap(self) -> None:
        while self._by_pid:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            child = self._by_pid.pop(pid, None)
            if child is not None:
                self._over(child, os.waitstatus_to_exitcode(status))

    def _over(self, child: _Child, code: int) -> None:
        """The program of a task has ended: end what it left behind, then take its outputs."""
        if self._sandbox is None:
            self._signal(child, signal.SIGKILL)
            if self._guard is not None:
                os.write(self._guard, f"-{child.pid}\n".encode())
        code = 128 - code if code < 0 else code
        task = child.task
        result = child.pipe.finish() if child.pipe is not None else None

        def take() -> Collected:
            prefix = f"{self._workflow}/{task.pod}"
            return collect(task, prefix, self._repository, child.workspace.find, self._folders.log(task.node))

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
            self._signal(child, signal.SIGKILL)
        for pid in self._by_pid:
            os.waitpid(pid, 0)
        self._by_pid.clear()


def _paths(task: Task) -> list[str]:
    """Return the paths that the manifest gives a task to write."""
    paths = [item["path"] for item in task.artifacts if item.get("path")]
    return paths + [path for item in task.parameters if (path := (item.get("valueFrom") or {}).get("path"))]


def _guard() -> int:
    from yamlflow.engine.runners.guard import start_guard

    return start_guard()
