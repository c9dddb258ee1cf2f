"""Values inside a template: constants stand there, what a run decides is passed in as a parameter."""

from typing import Any

from yamlflow.pipeline.model import Value
from yamlflow.render.level import Level
from yamlflow.render.text import constant, tag


class Passing:
    """The `parameters` that a template gets for its values, and the `arguments` of the task that calls it."""

    def __init__(self, level: Level, taken: set[str]) -> None:
        self.level = level
        self.parameters: list[dict[str, Any]] = []
        self.arguments: list[dict[str, Any]] = []
        self._taken = taken

    def text(self, name: str, value: Value) -> str:
        """Return what stands in the template for a value; `name` is that of the parameter, if it needs one."""
        if value.parts is None:
            return constant(value)
        return tag(self.hand(name, self.level.text(value)))

    def hand(self, name: str, text: str) -> tuple[str, ...]:
        """Hand a text in, and return how it is called in the template."""
        base, number = name, 2
        while name in self._taken:
            name, number = f"{base}-{number}", number + 1
        self._taken.add(name)
        self.parameters.append({"name": name})
        self.arguments.append({"name": name, "value": text})
        return "inputs", "parameters", name
