"""The tasks of a DAG: who waits for whom, and how far each one is."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from yamlflow.argo.reach import reached
from yamlflow.engine.groups import Family

if TYPE_CHECKING:
    from yamlflow.expressions.depends import Condition

Task = dict[str, Any]


class Graph:
    """The tasks of a DAG node: who waits for whom, and what is known of each."""

    __slots__ = ("conditions", "dependents", "families", "left", "needs", "targets", "tasks", "waiting")

    def __init__(self, tasks: list[Task], target: str) -> None:
        self.tasks: dict[str, Task] = {task["name"]: task for task in tasks}
        self.conditions: dict[str, Condition] = {}
        self.needs: dict[str, dict[str, None]] = {name: {} for name in self.tasks}
        for name, task in self.tasks.items():
            if task.get("depends") or task.get("dependencies"):
                self._read_condition(name, task)
        named = {need for needs in self.needs.values() for need in needs}
        self.targets = target.split() or sorted(name for name in self.tasks if name not in named)
        wanted = self.with_needs(self.targets)
        self.left = {name: None for name in self.tasks if name in wanted}
        self.waiting = {name: len(self.needs[name]) for name in self.left}
        self.dependents: dict[str, list[str]] = {name: [] for name in self.tasks}
        for name in self.left:
            for need in self.needs[name]:
                self.dependents[need].append(name)
        self.families: dict[str, Family] = {}

    def _read_condition(self, name: str, task: Task) -> None:
        from yamlflow.expressions.depends import task_condition, terms

        condition = task_condition(task)
        if condition is not None:
            self.conditions[name] = condition
            self.needs[name] = dict.fromkeys(term.task for term in terms(condition))

    def with_needs(self, names: Iterable[str]) -> set[str]:
        """Return tasks and all that they wait for, near and far."""
        return set(reached(names, self.needs.__getitem__))

    def settle(self, name: str) -> list[str]:
        """Note that a task is over, its hooks too; return the tasks that waited only for it."""
        self.left.pop(name, None)
        self.families.pop(name, None)
        for dependent in self.dependents[name]:
            self.waiting[dependent] -= 1
        return [dependent for dependent in self.dependents[name] if self.waiting[dependent] == 0]
