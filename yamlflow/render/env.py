"""`env` of a task: constants stay in the template, what a run decides is passed in as a parameter."""

from typing import Any

from yamlflow.expressions import Step, references
from yamlflow.pipeline.model import Task, Value
from yamlflow.pipeline.options import Source
from yamlflow.render.level import Level
from yamlflow.render.options import env_source
from yamlflow.render.text import Reference, passed, tag, text_of

_OF_POD = ("retry", "pod")


class Environment:
    """The environment variables of one task: `entries` of the container, `parameters` of its template, `arguments`."""

    __slots__ = ("_taken", "arguments", "entries", "level", "parameters")

    def __init__(self, task: Task, level: Level) -> None:
        self.level = level
        self.entries: list[dict[str, Any]] = []
        self.parameters: list[dict[str, Any]] = []
        self.arguments: list[dict[str, Any]] = []
        self._taken = set(task.inputs or {})
        for name, item in task.env.items():
            if isinstance(item, Source):
                self.entries.append(env_source(name, item))
            else:
                self.entries.append({"name": name, "value": self._text(name, item)})

    def _text(self, name: str, value: Value) -> str:
        if value.parts is None:
            return self.level.text(value)
        if not _speaks_of_pod(value):
            return self._pass(name, self.level.text(value))

        def resolve(steps: tuple[Step, ...]) -> Reference:
            """What the pod knows is read there; all else is passed in, one parameter for each reference."""
            found = self.level.resolve(steps)
            if steps[0].name in _OF_POD or steps[0].name == "workflow":
                return found
            self._pass(f"{name}-{len(self.parameters) + 1}", passed(found))
            return Reference(("inputs", "parameters", self.parameters[-1]["name"]), found.type)

        return text_of(value, resolve)

    def _pass(self, name: str, text: str) -> str:
        if name in self._taken:
            name = f"env-{name}"
        self._taken.add(name)
        self.parameters.append({"name": name})
        self.arguments.append({"name": name, "value": text})
        return tag(("inputs", "parameters", name))


def _speaks_of_pod(value: Value) -> bool:
    return any(steps[0].name in _OF_POD for expr in value.expressions for _, steps in references(expr))
