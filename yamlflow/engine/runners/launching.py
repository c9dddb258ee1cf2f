"""What pods need of those who start their programs."""
# ruff: noqa: ARG002  # what is said here is what holds where nothing is to be done

import os
from collections.abc import Callable, Iterable
from typing import Any

from yamlflow.engine.home import remove_folder
from yamlflow.engine.runners.outcome import Outcome
from yamlflow.engine.runners.workspace import Workspace
from yamlflow.engine.task import Program, Task

Output = int | str


class Launching:
    """Starts programs and ends them. `slow` is whether other programs must be asked for that, in threads."""

    slow = False
    shown: tuple[str, ...] = ()
    """The folders that tasks see in their workspaces."""

    def workspace(
        self, root: str, program: Program, paths: Iterable[str] = (), volumes: dict[str, str] | None = None
    ) -> Workspace:
        """Return the files of a container, with a place for every path that its manifest names."""
        raise NotImplementedError

    def furnish(self, root: str, task: Task) -> bool:
        """Have a folder for a task that was prepared; False when there is none that does."""
        return False

    def get_ready(self, spare: Callable[[str], bool], folder: str, running: int) -> None:
        """Prepare in a folder for tasks that are likely to come soon, while so many run.

        `spare` has a workspace that nobody uses moved to a path, and says whether there was one.
        """

    def start(self, program: Program, workspace: Workspace, stdout: Output, stderr: Output) -> int:
        """Start a program and return a process id; its output goes to descriptors, or is added to files."""
        raise NotImplementedError

    def end(self, pid: int, workspace: Workspace, *, force: bool) -> None:
        """Ask a program and all its children to end, or end them."""
        raise NotImplementedError

    def prepare(self, task: Task, tell: Callable[[str], None]) -> str:
        """Make ready what the programs of a task need; return what is wrong. `tell` says what is waited for."""
        return ""

    def is_over(self, pid: int, workspace: Workspace) -> None:
        """A program has ended: end what it left behind."""

    def is_unclear(self, code: int, workspace: Workspace) -> bool:
        """Whether it takes time to find out how a program has ended."""
        return False

    def outcome(self, code: int, workspace: Workspace, log: str) -> Outcome:
        """Return how a program has ended whose process has ended with this code."""
        return Outcome(code)

    def must_be_copied(self, workspace: Workspace, paths: Iterable[str]) -> list[str]:
        """Return the paths of a task whose files are not on this machine yet."""
        return []

    def copy_out(self, workspace: Workspace, paths: Iterable[str]) -> str:
        """Bring files of a task to this machine; return what is wrong."""
        return ""

    def address(self, workspace: Workspace) -> str:
        """Return the address of a pod, "" as long as it has none."""
        return "127.0.0.1"

    def succeeds(self, program: Program, workspace: Workspace, command: list[str], timeout: float) -> bool:
        """Whether a command succeeds in time beside a program that runs, where that one is."""
        raise NotImplementedError

    def noted_exit_code(self, workspace: Workspace) -> int | None:
        """Return how a program ended while no engine was there."""
        return None

    def adopt(self, workspace: Workspace) -> int:
        """Wait for a program that an earlier engine has started; return a process id, 0 if that cannot be."""
        return 0

    def forget(self, workspace: Workspace) -> None:
        """Remove what an earlier engine has left of a task."""

    def discard(self, workspace: Workspace, task: Task) -> None:
        """Remove, beside, what is left of the programs of a task."""

    def remove(self, root: str) -> None:
        """Remove the folder of a task."""
        remove_folder(root)

    def close(self) -> None:
        """Remove all that is left of the programs of a run."""


def open_output(fd: int, target: Output) -> tuple[int, int, int] | tuple[int, int, str, int, int]:
    """Return how a program gets a standard descriptor."""
    if isinstance(target, int):
        return (os.POSIX_SPAWN_DUP2, target, fd)
    return (os.POSIX_SPAWN_OPEN, fd, target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)


def succeeds(command: list[str], environment: dict[str, str], timeout: float, folder: str | None = None) -> bool:
    """Whether a command ends with 0 in time; called in a thread."""
    import subprocess

    where: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    where |= {"env": environment, "cwd": folder}
    try:
        process = subprocess.run(command, timeout=timeout, check=False, **where)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return process.returncode == 0
