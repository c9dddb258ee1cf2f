"""Starting the program of a task, in a sandbox where there is one, and ending it."""

import contextlib
import os
import re
import signal
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from yamlflow.engine.events import OOM_KILLED
from yamlflow.engine.home import packages_folder, remove_folder
from yamlflow.engine.limits import limits_of
from yamlflow.engine.runners import sandbox as sandboxes
from yamlflow.engine.runners.cgroups import Cgroups, Group, bounded
from yamlflow.engine.runners.escaped import end_escaped
from yamlflow.engine.runners.host import Host, find_program
from yamlflow.engine.runners.launching import Launching, open_output, succeeds
from yamlflow.engine.runners.outcome import Outcome, tail_of
from yamlflow.engine.runners.packages import ENVIRONMENT_FD, Packages, installing, packages_of
from yamlflow.engine.runners.pod import main_of
from yamlflow.engine.runners.progress import PROGRESS
from yamlflow.engine.runners.sandbox import Sandbox
from yamlflow.engine.runners.volumes import mount_all
from yamlflow.engine.runners.warm import Warm, waits
from yamlflow.engine.runners.workspace import OpenWorkspace, Workspace
from yamlflow.engine.task import Program, Task

_KILLED = 128 + signal.SIGKILL
_SCRIPT = "/tmp/.argo/script"
_STATUS = "status"
_IGNORED = (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ)
_NO_COMMAND = "the template has no command, and the image's own is not known to the process runner"


class MissingProgramError(Exception):
    """The program of a task is not there; the message is that of Argo's executor."""


class _Start(NamedTuple):
    """What to start, and how. `handed` is the environment that a program hands to the one that it becomes."""

    program: str
    command: list[str]
    environment: dict[str, str]
    actions: list[Any]
    handed: dict[str, str] | None = None

    def spawn(self) -> int:
        """Start it, and return its process id."""
        if self.handed is None:
            return self._spawn(self.actions)
        from yamlflow.engine.handed import hand_over

        file = hand_over(self.handed)
        actions = [*self.actions, (os.POSIX_SPAWN_DUP2, file, ENVIRONMENT_FD)]
        try:
            return self._spawn(actions)
        finally:
            os.close(file)

    def _spawn(self, actions: list[Any]) -> int:
        return os.posix_spawn(
            self.program,
            self.command,
            self.environment,
            file_actions=actions,
            setsid=True,
            setsigdef=_IGNORED,
        )


class Launcher(Launching):
    """Starts and ends programs."""

    def __init__(self, host: Host, sandbox: Sandbox | None, cgroups: Cgroups | None = None) -> None:
        self._host = host
        self._cgroups = cgroups
        self._groups: dict[str, Group] = {}
        self._sandbox = sandbox
        self.shown = host.shown
        self._warm = Warm(self._spawn_warm) if sandbox is not None else None

    def workspace(
        self, root: str, program: Program, paths: Iterable[str] = (), volumes: dict[str, str] | None = None
    ) -> Workspace:
        """Return the files of a container, with a place for every path that its manifest names."""
        sandbox = self._sandbox
        workspace = Workspace(root, self._host.home, layers=sandbox.overlay) if sandbox else OpenWorkspace(root)
        mount_all(workspace, program.mounts, volumes or {})
        for path in paths:
            place = workspace.place(path)
            if sandbox and _makes_itself(program, os.path.dirname(path)):
                with contextlib.suppress(OSError):
                    os.rmdir(os.path.dirname(place))
        if program.folder:
            os.makedirs(workspace.place(program.folder), exist_ok=True)
        return workspace

    def start(self, program: Program, workspace: Workspace, stdout: int | str, stderr: int | str) -> int:
        """Start a program and return its process id; its output goes to descriptors, or is added to files."""
        command = self._command(program, workspace)
        if not command:
            raise MissingProgramError(_NO_COMMAND)
        packages = packages_of(command, packages_folder(self._host.store))
        command = command if packages is None else packages.rest
        environment = self._environment(program, workspace)
        if packages is not None:
            environment["PATH"] = os.pathsep.join([packages.programs, environment["PATH"]])
        found, missing = find_program(workspace.visible(command[0]), environment["PATH"])
        if missing:
            raise MissingProgramError(missing)
        actions: list[Any] = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)]
        actions += [open_output(1, stdout), (os.POSIX_SPAWN_DUP2, 1, 2) if stdout == stderr else open_output(2, stderr)]
        if self._sandbox is None:
            start = _Start(found, command, environment, actions)
            start = self._limited(self._after_installing(packages, start), program, workspace)
            return self._start_openly(start, program, workspace)
        fits = packages is None and stdout == stderr and self._is_seen(found)
        log = stdout if fits and isinstance(stdout, str) else ""
        if self._warm and (pid := self._warm.become(workspace.root, command, dict(program.environment), log)):
            return pid
        folder = program.folder or workspace.folder
        shown = () if packages is None else (packages.folder,)
        start = self._in_sandbox(self._sandbox, workspace, folder, command, environment, actions, shown)
        return self._limited(self._after_installing(packages, start), program, workspace).spawn()

    def _in_sandbox(
        self,
        sandbox: Sandbox,
        workspace: Workspace,
        folder: str,
        command: list[str],
        environment: dict[str, str],
        actions: list[Any],
        shown: tuple[str, ...] = (),
    ) -> _Start:
        """Return how to start a command in a sandbox; `shown` are folders that it sees too."""
        line = sandboxes.command_line(sandbox, self._host, workspace, folder, tuple(command), shown)
        status = os.path.join(workspace.root, _STATUS)
        noted = (os.POSIX_SPAWN_OPEN, sandboxes.STATUS_FD, status, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        return _Start(line[0], line, environment, [*actions, noted])

    def _is_seen(self, path: str) -> bool:
        """Whether a file of this machine is seen in the sandbox at its own path."""
        hidden = any(path.startswith(f"{folder}/") for folder in (*self._host.hidden, "/tmp"))
        return not hidden or any(path.startswith(f"{folder}/") for folder in self._host.shown)

    def get_ready(self, spare: Callable[[str], bool], folder: str, running: int) -> None:
        """Make a sandbox that waits for its task."""
        if self._warm:
            self._warm.fill(spare, folder, running)

    def furnish(self, root: str, task: Task) -> bool:
        """Have a folder for a task that was prepared; False when there is none, or the task needs more."""
        program = main_of(task)
        alone = len(task.programs) == 1 and not (task.first or task.beside or task.volumes or program.mounts)
        private = tuple(f"{folder}/" for folder in ("/tmp", self._host.home) if folder)
        plain = not program.folder and all(os.path.normpath(path).startswith(private) for path in paths_of(task))
        fits = alone and plain and not task.wants_result and not limits_of(program.declared)
        return self._warm is not None and fits and self._warm.take(root)

    def remove(self, root: str) -> None:
        """Remove the folder of a task."""
        if os.path.islink(root):
            remove_folder(os.path.realpath(root))
            os.unlink(root)
        remove_folder(root)

    def close(self) -> None:
        """End what was prepared."""
        if self._warm:
            self._warm.close()

    def _spawn_warm(self, root: str, command: list[str], actions: list[Any]) -> int:
        assert self._sandbox is not None
        workspace = Workspace(root, self._host.home, layers=self._sandbox.overlay)
        environment = self._base_environment()
        return self._in_sandbox(self._sandbox, workspace, workspace.folder, command, environment, actions).spawn()

    def _limited(self, start: "_Start", program: Program, workspace: Workspace) -> "_Start":
        """Return how to start a program within its limits."""
        limits = limits_of(program.declared)
        if not limits:
            return start
        line = [start.program, *start.command[1:]]
        name = "-".join(workspace.root.split(os.sep)[-3:])
        group = self._cgroups.make(name, limits) if self._cgroups else None
        if group is not None:
            self._groups[workspace.root] = group
        line = bounded(limits, line) if group is None else group.entering(line)
        return start._replace(program=line[0], command=line)

    def _after_installing(self, packages: Packages | None, start: "_Start") -> "_Start":
        """Return how to start a program whose packages may have to be installed first."""
        if packages is None or packages.is_ready:
            return start
        bubblewrap = self._sandbox.program if self._sandbox else ""
        # A name is looked up when the packages are there: they may bring a program of that name.
        program = start.program if "/" in start.command[0] else start.command[0]
        line = installing(packages, self._host.store, bubblewrap, [program, *start.command[1:]])
        return _Start(line[0], line, _without_secrets(self._host.own_environment), start.actions, start.environment)

    def _start_openly(self, start: "_Start", program: Program, workspace: Workspace) -> int:
        """Start a program without a sandbox, in its own working folder."""
        before = os.getcwd()
        os.chdir(workspace.place(program.folder) if program.folder else workspace.folder)
        try:
            return start.spawn()
        finally:
            os.chdir(before)

    def _command(self, program: Program, workspace: Workspace) -> list[str]:
        words = [workspace.rewrite(word) for word in program.command]
        if words and program.source is not None:
            place = workspace.place(_SCRIPT)
            with open(place, "w", encoding="utf-8") as file:
                file.write(workspace.rewrite(program.source))
            os.chmod(place, 0o755)
            words.append(place if self._sandbox is None else _SCRIPT)
        return words

    def _environment(self, program: Program, workspace: Workspace) -> dict[str, str]:
        environment = self._base_environment()
        if self._sandbox is None:
            environment |= {**_own_folders(workspace), PROGRESS: workspace.progress_place}
        return environment | {name: workspace.rewrite(value) for name, value in program.environment}

    def _base_environment(self) -> dict[str, str]:
        return dict(self._host.environment) | {
            "PATH": self._host.path,
            "HOME": self._host.home or "/tmp",
            PROGRESS: Workspace.progress_file,
        }

    def end(self, pid: int, workspace: Workspace, *, force: bool) -> None:
        """Ask a program and all its children to end, or end them."""
        group = pid if force or self._sandbox is None else self._inner_process(pid, workspace)
        try:
            os.killpg(group, signal.SIGKILL if force else signal.SIGTERM)
        except (ProcessLookupError, PermissionError):
            return

    def succeeds(self, program: Program, workspace: Workspace, command: list[str], timeout: float) -> bool:
        """Whether a command succeeds in time beside a program that runs, in the same sandbox."""
        environment = self._environment(program, workspace)
        words = [workspace.rewrite(word) for word in command]
        if self._sandbox is None:
            folder = workspace.place(program.folder) if program.folder else workspace.folder
            return succeeds(words, environment, timeout, folder)
        enterer = sandboxes.enterer(self._host.path)
        if not enterer:  # which was told before the run began
            return True
        try:
            with sandboxes.entering(self._inner_process(0, workspace), enterer) as before:
                return succeeds([*before, *words], environment, timeout)
        except OSError:
            return False

    def _inner_process(self, pid: int, workspace: Workspace) -> int:
        """Return the first process in the sandbox; bubblewrap itself passes no signal on."""
        return int(self._status(workspace).get("child-pid", pid))

    def _status(self, workspace: Workspace) -> dict[str, Any]:
        """Return what bubblewrap has noted of a program."""
        import json

        noted: dict[str, Any] = {}
        try:
            with open(os.path.join(workspace.root, _STATUS), encoding="utf-8") as file:
                for line in file:
                    noted |= json.loads(line)
        except (OSError, ValueError):
            return noted
        return noted

    def is_over(self, pid: int, workspace: Workspace) -> None:
        """A program has ended: end what it left behind; in a sandbox that has happened."""
        group = self._groups.pop(workspace.root, None)
        if self._sandbox is None:
            self.end(pid, workspace, force=True)
            end_escaped(tuple(f"{name}={place}" for name, place in _own_folders(workspace).items()))
        if group is not None:
            group.remove()

    def noted_exit_code(self, workspace: Workspace) -> int | None:
        """Return how a program ended by bubblewrap's note, which outlives the engine."""
        if waits(workspace.root):
            return None
        code = self._status(workspace).get("exit-code")
        return None if code is None else int(code)

    def outcome(self, code: int, workspace: Workspace, log: str) -> Outcome:
        """Return how a program has ended; bubblewrap itself may have failed before it began."""
        group = self._groups.get(workspace.root)
        if group is not None and code == _KILLED and group.was_out_of_memory:
            return Outcome(code, OOM_KILLED)
        if self._sandbox is not None and code == 1 and "exit-code" not in self._status(workspace):
            said = tail_of(log).splitlines()
            return Outcome(code, refused=said[-1] if said else "the sandbox cannot be made")
        return Outcome(code)


def _own_folders(workspace: Workspace) -> dict[str, str]:
    """Return the folders that a program without a sandbox has for itself, by which it is also known."""
    return {"HOME": os.path.join(workspace.root, "home"), "TMPDIR": os.path.join(workspace.root, "tmp")}


def _makes_itself(program: Program, folder: str) -> bool:
    """Whether a program makes a folder that it must not find there already."""
    text = "\n".join((*program.command, program.source or ""))
    return "mkdir" in text and re.search(rf"\bmkdir\b[^\n;&|]*{re.escape(folder)}(?![-\w./])", text) is not None


def paths_of(task: Task) -> list[str]:
    """Return the paths that the manifest gives a task to read and to write."""
    return [item["path"] for item in task.inputs if item.get("path")] + outputs_of(task)


def outputs_of(task: Task) -> list[str]:
    """Return the paths that the manifest gives a task to write."""
    paths = [item["path"] for item in task.artifacts if item.get("path")]
    return paths + [path for item in task.parameters if (path := (item.get("valueFrom") or {}).get("path"))]


def _without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what those who install packages may know: not what is meant for tasks or targets."""
    return {name: value for name, value in environment.items() if not name.startswith(("YAMLFLOW_", "ARGO_"))}
