"""What runs at the end of a task, or as soon as a condition holds: Argo's hooks."""

from collections.abc import Callable
from typing import Any

from yamlflow.expressions import Step, print_expr
from yamlflow.pipeline.model import Body, Hook, Task
from yamlflow.pipeline.scope import STATUS_FIELDS
from yamlflow.render.level import Imports, Level, Template
from yamlflow.render.text import Reference, translate
from yamlflow.types import Type

Build = Callable[[Body, str], tuple[Template, Imports]]


class HookLevel(Level):
    """Where the arguments of a task's hooks are written: the task itself is known, its outputs may be absent."""

    def __init__(self, task: Task, outer: Level, types: Callable[[Task, str], Type | None]) -> None:
        super().__init__(task.parent, outer.shared)
        self.task = task
        self.outer = outer
        self.types = types

    def resolve(self, steps: tuple[Step, ...]) -> Reference:
        """Return a reference as it is called here."""
        names = tuple(step.name for step in steps)
        if names[0] != "tasks" or self.shared.pipeline.find(self.body, names[1]) is not self.task:
            return self.outer.resolve(steps)
        if names[2] == "status" and self.task.forgiving:
            return self.outer.resolve(steps)
        if names[2] in STATUS_FIELDS:
            return Reference(("tasks", self.task.name, names[2]), None, optional=names[2] != "status")
        found = self.outer.resolve(steps)
        return Reference(found.steps, self.types(self.task, names[3]), optional=True)

    def element(self, name: Step) -> tuple[str, ...]:
        """Return how the element of a loop is called here, in the form in which it travels."""
        return self.outer.element(name)

    def file(self, steps: tuple[Step, ...], task: Task, output: str) -> str:
        """Return the tag of an output as a file."""
        return self.outer.file(steps, task, output)

    def input_file(self, steps: tuple[Step, ...]) -> str:
        """Return the tag of an input of a called pipeline as a file."""
        return self.outer.input_file(steps)


def hooks_of(task: Task, level: HookLevel, build: Build) -> Template:
    """Return the hooks of a task; `build` makes the template of a body under a name."""
    found: dict[str, Any] = {}
    templates = level.shared.templates
    for hook in task.hooks.values():
        wanted = f"{task.name}-{'on-exit' if hook.name == 'exit' else hook.name}"
        name = templates.free(wanted, (*task.path[:-1], wanted))
        templates.reserve(name)
        template, imports = build(hook.body, name)
        templates.fill(name, template)
        entry: Template = {"template": name}
        if arguments := level.arguments_for(imports):
            entry["arguments"] = arguments
        found[hook.name] = entry | condition_of(hook, level)
    return found


def condition_of(hook: Hook, level: Level) -> Template:
    """Return the condition of a hook."""
    when = hook.when
    if when is None or when.whole is None or when.whole.expr is None:
        return {}
    return {"expression": print_expr(translate(when.whole.expr, level.resolve, when.loops))}
