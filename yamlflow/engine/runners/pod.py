"""A task that was begun: its programs, how far each one is, and what may start next."""

import os
import time
from collections.abc import Callable, Iterator

from yamlflow.engine.artifacts.transfer import Transfer
from yamlflow.engine.runners.output import OutputPipe
from yamlflow.engine.runners.workspace import Workspace
from yamlflow.engine.task import MAIN, Program, Task
from yamlflow.engine.tries import Attempts, Tries

MISSING_PROGRAM = 64


def main_of(task: Task) -> Program:
    """Return the program of a task whose files and result count."""
    return next((item for item in task.programs if item.name == MAIN), task.programs[0])


def all_programs(task: Task) -> tuple[Program, ...]:
    """Return all programs of a task, those before first."""
    return (*task.first, *task.programs, *task.beside)


class Process:
    """A program that runs."""

    __slots__ = ("pid", "pipes", "pod", "program", "workspace")

    def __init__(self, pod: "Pod", program: Program, workspace: Workspace) -> None:
        self.pod = pod
        self.program = program
        self.workspace = workspace
        self.pid = 0
        self.pipes: list[OutputPipe] = []


class Pod:
    """The programs of a task. `killed` is when those that still run are ended by force."""

    __slots__ = (
        *("announced", "attempts", "codes", "ending", "failures", "killed", "processes", "read", "result", "root"),
        *("said", "task", "volumes", "workspace", "workspaces"),
    )

    def __init__(self, task: Task, root: str, volumes: dict[str, str], workspace: Workspace) -> None:
        self.task = task
        self.root = root
        self.volumes = volumes
        self.workspace = workspace
        self.workspaces: dict[str, Workspace] = {self.main.name: workspace}
        self.attempts = Attempts(task.tries)
        self.processes: dict[int, Process] = {}
        self.codes: dict[str, int] = {}
        self.failures: dict[str, str] = {}
        self.read: tuple[Transfer, ...] = ()
        self.said: dict[str, str] = {}
        self.killed: float | None = None
        self.result: str | None = None
        self.announced = False
        self.ending = False

    @property
    def main(self) -> Program:
        """The program whose files and result count."""
        return main_of(self.task)

    @property
    def simple(self) -> bool:
        """Whether there is one program and nothing before or beside it."""
        task = self.task
        return len(task.programs) == 1 and task.programs[0].name == MAIN and not task.first and not task.beside

    @property
    def is_told_by_a_code(self) -> bool:
        """Whether how its one program ended says all of the task."""
        return self.simple and not self.task.wants_result and self.task.tries == Tries()

    @property
    def next_time(self) -> float | None:
        """When (by the monotonic clock) something is to be done for the task, or None."""
        return self.attempts.due if self.attempts else self.killed

    def workspace_of(self, program: Program, make: Callable[..., Workspace]) -> Workspace:
        """Return the files of a program: those that it had, when it is started again."""
        if program.name not in self.workspaces:
            root = os.path.join(self.root, "containers", program.name)
            self.workspaces[program.name] = make(root, program, (), self.volumes)
        return self.workspaces[program.name]

    def over(self, program: Program) -> bool:
        """Whether a program has ended."""
        return program.name in self.codes

    def log_name(self, program: Program) -> str:
        """Return the name of the log of a program; those that do the work share the one without a name."""
        return program.name if program in self.task.first or program in self.task.beside else ""

    @property
    def first_failed(self) -> bool:
        """Whether a program failed that had to run before the others."""
        return any(self.codes.get(item.name, 0) for item in self.task.first)

    @property
    def work_is_over(self) -> bool:
        """Whether nothing is left for which those beside are needed."""
        return self.first_failed or all(self.over(item) for item in self.task.programs)

    def startable(self) -> Iterator[Program]:
        """Return the programs that can start now; those that never can get their exit code."""
        if self.simple:
            if not self.codes and not self.processes and self._may_be_tried(self.main):
                yield self.main
            return
        running = {process.program.name for process in self.processes.values()}
        for item in self.task.first:
            if not self.over(item):
                if item.name not in running:
                    yield item
                return
        if self.first_failed:
            return
        if self.work_is_over:
            self.codes |= self.attempts.give_up()
        beside = (item for item in self.task.beside if not self.over(item) and item.name not in running)
        yield from (item for item in beside if self._may_be_tried(item))
        for item in self._in_order():
            if self.over(item) or item.name in running:
                continue
            failed = next((name for name in item.needs if self.codes.get(name)), "")
            if failed:
                self.codes[item.name] = MISSING_PROGRAM
                self.failures[item.name] = f'dependency "{failed}" exited with non-zero code: {self.codes[failed]}'
            elif all(name in self.codes for name in item.needs) and self._may_be_tried(item):
                yield item

    def _may_be_tried(self, program: Program) -> bool:
        """Whether a program may be started now; one that never may gets its exit code."""
        tries = self.task.tries
        if tries.most < 1 or tries.wrong:
            self.codes[program.name] = MISSING_PROGRAM if tries.wrong else 0
            self.failures[program.name] = tries.wrong
            return False
        return not self.attempts.rests(program.name, time.monotonic())

    def tries_again(self, program: Program, code: int) -> bool:
        """Whether a program that has ended with this code is to be started again."""
        wanted = self.killed is None and program not in self.task.first
        return wanted and self.attempts.rest(program.name, code, time.monotonic())

    def _in_order(self) -> list[Program]:
        """Return the programs so that each comes after those that it needs."""
        ordered: list[Program] = []
        left = list(self.task.programs)
        while left:
            known = {item.name for item in ordered}
            ready = [item for item in left if known.issuperset(item.needs)] or left
            ordered += ready
            left = [item for item in left if item not in ready]
        return ordered

    def containers(self) -> tuple[tuple[str, int, str], ...]:
        """Return what became of every program, those before first."""
        if self.simple:
            return ()
        named = all_programs(self.task)
        return tuple((p.name, self.codes[p.name], self.failures.get(p.name, "")) for p in named if self.over(p))
